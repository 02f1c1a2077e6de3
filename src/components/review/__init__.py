"""The review of a proposal: photo quality, injected faults, calibration of the checks, recommendation."""

from components.review.calibration import CHECKS, FAULT_OF, Calibration, Curve, calibrate
from components.review.faults import KINDS, Planted, as_they_are, plant
from components.review.photo_quality import PhotoQuality, QualityCheck, blur

__all__ = [
    "CHECKS",
    "FAULT_OF",
    "KINDS",
    "Calibration",
    "Curve",
    "PhotoQuality",
    "Planted",
    "QualityCheck",
    "as_they_are",
    "blur",
    "calibrate",
    "plant",
]
