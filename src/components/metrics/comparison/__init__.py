"""Two runs compared on the items that both share: differences, intervals, verdicts."""
