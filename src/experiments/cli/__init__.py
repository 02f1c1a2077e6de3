"""The command line: from words to actions."""
