"""The smallest and largest value that a metric can have, for intervals that are computed from a standard error."""

import math
import re

SHARES = re.compile(
    r"(.*_)?accuracy(_.*)?|precision(_.*)?|recall(_.*)?|f1(_.*)?|au(c|roc|pr|rc)(_.*)?"
    r"|average_precision(_.*)?|fpr\d+(_.*)?|oscr(_.*)?|(closed_)?ece|coverage(_.*)?|decided|false_positive_rate|found|noise"
    r"|homogeneity|completeness|v_measure|rand|known_acceptance|unknown_rejection(_.*)?|map|mrr|ndcg(_.*)?"
    r"|reciprocal_rank(_.*)?|risk(_.*)?|agreement_at_\d+|label_errors|noise_rate|no_class"
)
"""Metrics from 0 to 1."""

SIGNED = re.compile(r"kappa|(closed_)?ece_debiased|ari|ari_between_seeds|ami|silhouette(_.*)?|cosine(_.*)?|gain_.*")
"""Metrics from -1 to 1."""

AT_LEAST_ZERO = re.compile(r"(.*_)?(log_)?loss|k(_.*)?")
"""Metrics from 0 on."""


def metric_range(metric: str) -> tuple[float, float]:
    """Return the smallest and the largest value that a metric can have; infinite for metrics that are not known here.

    Args:
        metric: Name of the metric.
    """
    if metric == "brier":
        return 0.0, 2.0
    if SIGNED.fullmatch(metric):
        return -1.0, 1.0
    if AT_LEAST_ZERO.fullmatch(metric):
        return 0.0, math.inf
    return (0.0, 1.0) if SHARES.fullmatch(metric) else (-math.inf, math.inf)


def within_range(metric: str, low: float, high: float) -> tuple[float, float]:
    """Return the ends of an interval of a metric, moved to its range; NaN stays NaN."""
    lowest, highest = metric_range(metric)
    return _bounded(low, lowest, highest), _bounded(high, lowest, highest)


def difference_within_range(metric: str, low: float, high: float) -> tuple[float, float]:
    """Return the ends of an interval of a difference between two values of a metric, moved to what is possible."""
    lowest, highest = metric_range(metric)
    widest = highest - lowest
    return _bounded(low, -widest, widest), _bounded(high, -widest, widest)


def _bounded(value: float, lowest: float, highest: float) -> float:
    return value if math.isnan(value) else min(max(value, lowest), highest)
