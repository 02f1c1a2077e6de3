"""Numbers that say how good predictions are, each with its interval."""

from components.metrics.calibration import calibration_table, expected_calibration_error
from components.metrics.chosen_metrics import check_metric
from components.metrics.class_report import class_report
from components.metrics.classification import classification_metrics
from components.metrics.comparison import compare, verdict_table
from components.metrics.confusion import confusion
from components.metrics.detection import detection_metrics
from components.metrics.discordant import CountsVerdict, compare_counts, mcnemar
from components.metrics.estimate import Estimate
from components.metrics.replicates import UNKNOWN_NAME, check_known_truth, check_replicates, label_names
from components.metrics.selective_threshold import selective_threshold
from components.metrics.verdicts import LOWER_IS_BETTER, Verdict, holm, with_holm
from components.metrics.wilson import wilson

__all__ = [
    "LOWER_IS_BETTER",
    "UNKNOWN_NAME",
    "CountsVerdict",
    "Estimate",
    "Verdict",
    "calibration_table",
    "check_known_truth",
    "check_metric",
    "check_replicates",
    "class_report",
    "classification_metrics",
    "compare",
    "compare_counts",
    "confusion",
    "detection_metrics",
    "expected_calibration_error",
    "holm",
    "label_names",
    "mcnemar",
    "selective_threshold",
    "verdict_table",
    "wilson",
    "with_holm",
]
