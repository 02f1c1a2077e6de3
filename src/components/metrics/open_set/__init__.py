"""Metrics of unknownness scores and of rejection."""
