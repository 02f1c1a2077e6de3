"""Numbers that say how good predictions are, each with its interval."""

from components.metrics.calibration import calibration_table, expected_calibration_error
from components.metrics.chosen_metrics import check_metric
from components.metrics.class_report import class_report
from components.metrics.classification import classification_metrics
from components.metrics.comparison import Comparison, compare, compare_all, verdict_table
from components.metrics.confusion import confusion
from components.metrics.discordant import CountsVerdict, compare_counts, mcnemar
from components.metrics.estimate import Estimate
from components.metrics.items import Items, check_item_metric, compare_items, item_metrics
from components.metrics.open_set import open_set_metrics
from components.metrics.open_set_curve import OpenSetCurve, open_set_curve
from components.metrics.open_set_families import check_unknown_scores
from components.metrics.replicates import UNKNOWN_NAME, check_known_truth, check_replicates, closed_set, label_names
from components.metrics.thresholds import acceptance_threshold
from components.metrics.verdicts import LOWER_IS_BETTER, Verdict, holm, with_holm
from components.metrics.wilson import wilson

__all__ = [
    "LOWER_IS_BETTER",
    "UNKNOWN_NAME",
    "Comparison",
    "CountsVerdict",
    "Estimate",
    "Items",
    "OpenSetCurve",
    "Verdict",
    "acceptance_threshold",
    "calibration_table",
    "check_item_metric",
    "check_known_truth",
    "check_metric",
    "check_replicates",
    "check_unknown_scores",
    "class_report",
    "classification_metrics",
    "closed_set",
    "compare",
    "compare_all",
    "compare_counts",
    "compare_items",
    "confusion",
    "expected_calibration_error",
    "holm",
    "item_metrics",
    "label_names",
    "mcnemar",
    "open_set_curve",
    "open_set_metrics",
    "verdict_table",
    "wilson",
    "with_holm",
]
