"""Metrics of labels and probabilities."""
