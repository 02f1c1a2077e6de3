"""Components of the review of proposals: photo quality, injected faults, calibration, recommendation."""

from components.review.calibration import CHECKS, FAULT_OF, Calibration, Curve, calibrate
from components.review.faults import KINDS, InjectedFaults, as_they_are, inject_faults
from components.review.photo_quality import PhotoQuality, QualityCheck, blur

__all__ = [
    "CHECKS",
    "FAULT_OF",
    "KINDS",
    "Calibration",
    "Curve",
    "InjectedFaults",
    "PhotoQuality",
    "QualityCheck",
    "as_they_are",
    "blur",
    "calibrate",
    "inject_faults",
]
