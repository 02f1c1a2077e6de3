"""How well a score tells two kinds of things apart, and how far a probability can be trusted, with intervals."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from components.metrics.open_set.ranking import ranking_metrics
from components.metrics.statistics.bootstrap import percentile_interval, photo_weights
from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.weighted import Floats


def detection_metrics(
    positive: NDArray[np.bool_],
    probability: Floats,
    *,
    threshold: float = 0.5,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Measure a probability of being positive on n things.

    Args:
        positive: (n,) the truth.
        probability: (n,) of being positive.
        threshold: From which a thing is called positive.
        n_resamples: Draws of the bootstrap over things.
        confidence: Coverage aimed at by the intervals.
        seed: Of the bootstrap.

    Returns:
        By name: auroc, average_precision, recall and false_positive_rate at the threshold, brier (mean squared error
        of the probability). What needs both kinds is NaN where one is missing.
    """
    n = len(positive)
    whole = {name: float(one[0]) for name, one in _measured(positive, probability, threshold, np.ones((n, 1))).items()}
    drawn: dict[str, list[Floats]] = {name: [] for name in whole}
    for weights in photo_weights(n, n_resamples, 256, np.random.default_rng(seed)):
        for name, values in _measured(positive, probability, threshold, weights).items():
            drawn[name].append(values)
    return {
        name: Estimate(value, *percentile_interval(np.concatenate(drawn[name]), confidence), n=n, values=(value,))
        for name, value in whole.items()
    }


def _measured(
    positive: NDArray[np.bool_], probability: Floats, threshold: float, weights: Floats
) -> Mapping[str, Floats]:
    """(B,) each metric under each column of the (n, B) counts."""
    called, truth = probability >= threshold, positive.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = {
            "recall": (truth * called) @ weights / (truth @ weights),
            "false_positive_rate": ((1 - truth) * called) @ weights / ((1 - truth) @ weights),
            "brier": (probability - truth) ** 2 @ weights / weights.sum(axis=0),
        }
    ranked = ranking_metrics(probability, ~positive, ~positive, weights, {"": positive})
    return found | {"auroc": ranked["auroc"], "average_precision": ranked["aupr_unknown"]}
