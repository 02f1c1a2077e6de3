"""Runs compared: axes, verdicts, published figures, tables."""
