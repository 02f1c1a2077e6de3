"""Closed-set classification: accuracy, F1, kappa, AUC, calibration, confusion matrices, and checks of replicates."""

from components.metrics.classification.auc import auc_metrics
from components.metrics.classification.calibration import (
    calibration_table,
    expected_calibration_error,
    probability_metrics,
)
from components.metrics.classification.class_report import class_report
from components.metrics.classification.classification import classification_metrics
from components.metrics.classification.confusion import confusion, confusion_metrics, weighted_confusion
from components.metrics.classification.replicates import (
    UNKNOWN_NAME,
    check_known_truth,
    check_replicates,
    is_closed_set,
    label_codes,
    label_names,
)

__all__ = [
    "UNKNOWN_NAME",
    "auc_metrics",
    "calibration_table",
    "check_known_truth",
    "check_replicates",
    "class_report",
    "classification_metrics",
    "confusion",
    "confusion_metrics",
    "expected_calibration_error",
    "is_closed_set",
    "label_codes",
    "label_names",
    "probability_metrics",
    "weighted_confusion",
]
