"""Risk against coverage, and thresholds on it."""
