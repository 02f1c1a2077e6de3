"""What is written to the terminal: progress, log, numbers and tables."""
