"""The review of a proposal: planted faults, calibration of the checks, recommendation."""

from components.review.calibration import CHECKS, FAULT_OF, Calibration, Curve, calibrate
from components.review.faults import KINDS, Planted, as_they_are, plant

__all__ = ["CHECKS", "FAULT_OF", "KINDS", "Calibration", "Curve", "Planted", "as_they_are", "calibrate", "plant"]
