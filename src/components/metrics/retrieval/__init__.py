"""Metrics of rankings and of pairs."""
