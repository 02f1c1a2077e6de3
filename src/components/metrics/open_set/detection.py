"""Metrics of a binary detector that outputs a probability, with confidence intervals."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from components.metrics.open_set.ranking import ranking_metrics
from components.metrics.statistics import Estimate, Floats, interval, resample

BLOCK = 256
"""Resamples computed at once."""


def detection_metrics(
    positive: NDArray[np.bool_],
    probability: Floats,
    *,
    threshold: float = 0.5,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Compute metrics of predicted probabilities of the positive class.

    Args:
        positive: (n,) true labels.
        probability: (n,) predicted probability of being positive.
        threshold: Items with at least this probability are predicted positive.
        n_resamples: Number of bootstrap resamples of the items.
        confidence: Coverage of the intervals.
        seed: Seed of the bootstrap.

    Returns:
        Estimates by name: auroc, average_precision, recall and false_positive_rate at the threshold, brier (mean
        squared error of the probability). Metrics that need positives or negatives are NaN without them.
    """
    n = len(positive)

    def measure(_: int, weights: Floats) -> Mapping[str, Floats]:
        return _weighted_metrics(positive, probability, threshold, weights)

    whole = {name: float(values[0]) for name, values in measure(0, np.ones((n, 1))).items()}
    resampled = resample(measure, [np.arange(n)], n, n_resamples, BLOCK, np.random.default_rng(seed))
    return {
        name: Estimate(value, *interval(name, np.array([value]), resampled[name], n, confidence), n=n, values=(value,))
        for name, value in whole.items()
    }


def _weighted_metrics(
    positive: NDArray[np.bool_], probability: Floats, threshold: float, weights: Floats
) -> Mapping[str, Floats]:
    """Compute each metric, (B,), for (n, B) counts of the items."""
    predicted, truth = probability >= threshold, positive.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = {
            "recall": (truth * predicted) @ weights / (truth @ weights),
            "false_positive_rate": ((1 - truth) * predicted) @ weights / ((1 - truth) @ weights),
            "brier": (probability - truth) ** 2 @ weights / weights.sum(axis=0),
        }
    ranked = ranking_metrics(probability, ~positive, ~positive, weights, {"": positive})
    return found | {"auroc": ranked["auroc"], "average_precision": ranked["aupr_unknown"]}
