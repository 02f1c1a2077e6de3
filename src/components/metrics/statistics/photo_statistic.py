"""The estimate of any statistic of photos that count as often as a bootstrap draws them."""

from collections.abc import Callable

import numpy as np

from components.metrics.statistics.bootstrap import bootstrap_weights
from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.intervals import interval
from components.metrics.statistics.weighted import Floats

BLOCK = 64
"""Resamples drawn at once."""


def photo_statistic(
    name: str,
    statistic: Callable[[Floats], float],
    n: int,
    *,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """Return a statistic of n photos with the interval of `statistics.intervals`.

    Args:
        name: Name of the metric, which says its range (`metric_range`).
        statistic: Called with (n,) counts, how often each photo is drawn.
        n: Number of photos.
        n_resamples: Number of bootstrap resamples.
        confidence: Coverage of the interval.
        seed: Seed of the bootstrap.
    """
    value = statistic(np.ones(n))
    blocks = bootstrap_weights(n, n_resamples, BLOCK, np.random.default_rng(seed))
    resampled = np.array([[statistic(drawn) for block in blocks for drawn in block.T]])
    low, high = interval(name, np.array([value]), resampled, n, confidence)
    return Estimate(value, low, high, n, (value,))
