"""Bootstrap weights, means over replicates, percentile intervals."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.weighted import Floats

N_RESAMPLES = 1000
"""Bootstrap resamples of `mean_estimate`."""


def bootstrap_weights(n: int, n_resamples: int, block: int, generator: np.random.Generator) -> Iterator[Floats]:
    """Draw bootstrap resamples of n units (photos, items, objects) with replacement, as counts.

    Args:
        n: Number of units.
        n_resamples: Number of resamples in total.
        block: Largest number of resamples per yielded array. It does not change what is drawn.
        generator: Source of randomness.

    Yields:
        (n, b) counts with b <= `block`; each column is one resample and sums to n.
    """
    for start in range(0, n_resamples, block):
        size = min(block, n_resamples - start)
        drawn = generator.integers(n, size=(size, n)) + np.arange(size)[:, None] * n
        counts = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
        yield np.ascontiguousarray(counts.T, dtype=np.float64)


def replicate_weights(n_replicates: int, n_resamples: int, generator: np.random.Generator) -> Floats:
    """Draw bootstrap resamples of R replicates: (R, B) counts, each column sums to R."""
    counts = generator.multinomial(n_replicates, np.full(n_replicates, 1 / n_replicates), size=n_resamples)
    return np.ascontiguousarray(counts.T, dtype=np.float64)


def mean_over_replicates(metric: Floats, weights: Floats | None = None) -> Floats:
    """Return the weighted mean of a metric over the replicates in which it is defined, for each resample.

    Args:
        metric: (R, B) metric of each replicate in each resample; NaN where undefined.
        weights: (R, B) counts from `replicate_weights`; every replicate counts once by default.

    Returns:
        (B,) means; NaN where the metric is undefined in every replicate drawn.
    """
    weights = np.ones(metric.shape) if weights is None else weights
    defined = np.isfinite(metric)
    total = (np.where(defined, metric, 0.0) * weights).sum(axis=0)
    count = (defined * weights).sum(axis=0)
    mean: Floats = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean


def mean_of_defined(values: Floats) -> float:
    """Return the mean of the finite values; NaN when there are none."""
    defined = values[np.isfinite(values)]
    return float(defined.mean()) if len(defined) else math.nan


def percentile_interval(resampled: Floats, confidence: float) -> tuple[float, float]:
    """Return the percentile bootstrap interval (Efron 1981).

    Args:
        resampled: (B,) metric in each resample; NaN where undefined, these resamples are ignored.
        confidence: Coverage of the interval, such as 0.95.

    Returns:
        Lower and upper end; NaN when the metric is undefined in every resample.
    """
    defined = resampled[np.isfinite(resampled)]
    if not defined.size:
        return math.nan, math.nan
    tail = (1 - confidence) / 2
    low, high = np.quantile(defined, (tail, 1 - tail))
    return float(low), float(high)


def mean_estimate(values: NDArray[np.float64], *, seed: int = 0) -> Estimate:
    """Return the mean of n values with its 95 % percentile bootstrap interval (1,000 resamples).

    Args:
        values: (n,) finite values, one per item.
        seed: Seed of the bootstrap.
    """
    drawn = np.random.default_rng(seed).integers(len(values), size=(N_RESAMPLES, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), (0.025, 0.975))
    mean = float(values.mean())
    return Estimate(value=mean, low=float(low), high=float(high), n=len(values), values=(mean,))
