"""Weights of a bootstrap, resampled estimates, intervals."""
