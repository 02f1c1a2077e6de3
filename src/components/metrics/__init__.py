"""Numbers that say how good predictions are, each with its interval."""

from components.metrics.calibration import calibration_table, expected_calibration_error
from components.metrics.chosen_metrics import check_metric
from components.metrics.class_report import class_report
from components.metrics.classification import classification_metrics
from components.metrics.clustering import (
    chance_warning,
    check_partition_metric,
    check_partitions,
    clustering_metrics,
)
from components.metrics.comparison import Comparison, compare, compare_all, verdict_table
from components.metrics.confusion import confusion
from components.metrics.contingency import Contingency, contingency, matched, pair_confusion
from components.metrics.detection import detection_metrics
from components.metrics.discordant import CountsVerdict, compare_counts, mcnemar
from components.metrics.estimate import Estimate
from components.metrics.items import Items, check_item_metric, compare_items, item_metrics
from components.metrics.matching import ScoredPairs, pair_metrics
from components.metrics.open_set import open_set_metrics
from components.metrics.open_set_curve import OpenSetCurve, open_set_curve
from components.metrics.open_set_families import check_unknown_scores
from components.metrics.partition_comparison import compare_partitions
from components.metrics.replicates import UNKNOWN_NAME, check_known_truth, check_replicates, closed_set, label_names
from components.metrics.retrieval import agreement, retrieval_items
from components.metrics.seed_agreement import ari_between_seeds
from components.metrics.selective import aurc, auroc, coverage_at_risk, risk_coverage, selective_metrics
from components.metrics.selective_threshold import selective_threshold
from components.metrics.silhouettes import silhouettes
from components.metrics.thresholds import acceptance_threshold
from components.metrics.verdicts import LOWER_IS_BETTER, Verdict, holm, with_holm
from components.metrics.wilson import wilson

__all__ = [
    "LOWER_IS_BETTER",
    "UNKNOWN_NAME",
    "Comparison",
    "Contingency",
    "CountsVerdict",
    "Estimate",
    "Items",
    "OpenSetCurve",
    "ScoredPairs",
    "Verdict",
    "acceptance_threshold",
    "agreement",
    "ari_between_seeds",
    "aurc",
    "auroc",
    "calibration_table",
    "chance_warning",
    "check_item_metric",
    "check_known_truth",
    "check_metric",
    "check_partition_metric",
    "check_partitions",
    "check_replicates",
    "check_unknown_scores",
    "class_report",
    "classification_metrics",
    "closed_set",
    "clustering_metrics",
    "compare",
    "compare_all",
    "compare_counts",
    "compare_items",
    "compare_partitions",
    "confusion",
    "contingency",
    "coverage_at_risk",
    "detection_metrics",
    "expected_calibration_error",
    "holm",
    "item_metrics",
    "label_names",
    "matched",
    "mcnemar",
    "open_set_curve",
    "open_set_metrics",
    "pair_confusion",
    "pair_metrics",
    "retrieval_items",
    "risk_coverage",
    "selective_metrics",
    "selective_threshold",
    "silhouettes",
    "verdict_table",
    "wilson",
    "with_holm",
]
