"""Numbers that say how good predictions are, each with its interval."""

from components.metrics.classification.calibration import calibration_table, expected_calibration_error
from components.metrics.classification.class_report import class_report
from components.metrics.classification.classification import classification_metrics
from components.metrics.classification.confusion import confusion
from components.metrics.clustering.clustering import (
    chance_warning,
    check_partition_metric,
    check_partitions,
    clustering_metrics,
)
from components.metrics.clustering.contingency import Contingency, contingency, matched, pair_confusion
from components.metrics.clustering.seed_agreement import ari_between_seeds
from components.metrics.clustering.silhouettes import silhouettes
from components.metrics.comparison.items import check_item_metric, compare_items, item_metrics
from components.metrics.comparison.mcnemar import CountsVerdict, compare_counts, mcnemar
from components.metrics.comparison.metric_registry import check_metric
from components.metrics.comparison.partitions import compare_partitions
from components.metrics.comparison.predictions import Comparison, compare, compare_all, verdict_table
from components.metrics.comparison.verdicts import LOWER_IS_BETTER, Verdict, holm, with_holm
from components.metrics.open_set.detection import detection_metrics
from components.metrics.open_set.open_set import open_set_metrics
from components.metrics.open_set.oscr import OpenSetCurve, open_set_curve
from components.metrics.open_set.subsets import check_unknown_scores
from components.metrics.open_set.threshold import acceptance_threshold
from components.metrics.retrieval.pairs import ScoredPairs, pair_metrics
from components.metrics.retrieval.retrieval import agreement, retrieval_items
from components.metrics.retrieval.text_to_image import mean_estimate, ranks_of_own
from components.metrics.selective.risk_coverage import aurc, auroc, coverage_at_risk, risk_coverage, selective_metrics
from components.metrics.selective.threshold import selective_threshold
from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.replicates import (
    UNKNOWN_NAME,
    check_known_truth,
    check_replicates,
    closed_set,
    label_names,
)
from components.metrics.statistics.wilson import wilson

__all__ = [
    "LOWER_IS_BETTER",
    "UNKNOWN_NAME",
    "Comparison",
    "Contingency",
    "CountsVerdict",
    "Estimate",
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
    "mean_estimate",
    "open_set_curve",
    "open_set_metrics",
    "pair_confusion",
    "pair_metrics",
    "ranks_of_own",
    "retrieval_items",
    "risk_coverage",
    "selective_metrics",
    "selective_threshold",
    "silhouettes",
    "verdict_table",
    "wilson",
    "with_holm",
]
