"""The review of proposals: checks, calibration on planted faults, recommendation, pages."""

from experiments.tasks.review.task import review

__all__ = ["review"]
