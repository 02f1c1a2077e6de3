"""The review of proposals: checks, calibration on planted faults, recommendation, pages."""

from experiments.review.task import review

__all__ = ["review"]
