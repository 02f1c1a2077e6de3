"""Numbers that say how good predictions are, each with its interval."""

from components.metrics.calibration import calibration_table, expected_calibration_error
from components.metrics.class_report import class_report
from components.metrics.classification import classification_metrics
from components.metrics.confusion import confusion
from components.metrics.estimate import Estimate
from components.metrics.replicates import UNKNOWN_NAME, check_known_truth, check_replicates, label_names
from components.metrics.wilson import wilson

__all__ = [
    "UNKNOWN_NAME",
    "Estimate",
    "calibration_table",
    "check_known_truth",
    "check_replicates",
    "class_report",
    "classification_metrics",
    "confusion",
    "expected_calibration_error",
    "label_names",
    "wilson",
]
