"""Open-set recognition: ranking of unknown scores, rejection, thresholds, ROC and OSCR curves."""

from components.metrics.open_set.detection import detection_metrics
from components.metrics.open_set.injected import injected_items, injected_metrics
from components.metrics.open_set.metric_families import (
    ALL_UNKNOWNS,
    CLOSED_SET,
    KNOWN_KINDS,
    NEW_KINDS,
    REJECTION,
    UNKNOWN_REJECTION,
    auc_metrics_with_unknown,
    check_unknown_scores,
    closed_set_metrics,
    probability_metrics_with_unknown,
    rejection_metrics,
    unknown_kinds,
    unknown_score_metrics,
)
from components.metrics.open_set.open_set import open_set_metrics
from components.metrics.open_set.oscr import OpenSetCurve, open_set_curve
from components.metrics.open_set.ranking import RANKING, ranking_metrics
from components.metrics.open_set.threshold import acceptance_threshold

__all__ = [
    "ALL_UNKNOWNS",
    "CLOSED_SET",
    "KNOWN_KINDS",
    "NEW_KINDS",
    "RANKING",
    "REJECTION",
    "UNKNOWN_REJECTION",
    "OpenSetCurve",
    "acceptance_threshold",
    "auc_metrics_with_unknown",
    "check_unknown_scores",
    "closed_set_metrics",
    "detection_metrics",
    "injected_items",
    "injected_metrics",
    "open_set_curve",
    "open_set_metrics",
    "probability_metrics_with_unknown",
    "ranking_metrics",
    "rejection_metrics",
    "unknown_kinds",
    "unknown_score_metrics",
]
