"""Metrics of partitions, with and without classes."""
