"""Resamples of test photos and of replicates, and the interval they give."""

from collections.abc import Iterator

import numpy as np

from components.metrics.statistics.weighted import Floats


def photo_weights(n: int, n_resamples: int, block: int, generator: np.random.Generator) -> Iterator[Floats]:
    """Resamples of n photos, drawn with replacement, at most `block` at a time.

    Yields:
        (n, block) counts, each column summing to n; all blocks together hold `n_resamples` columns.
    """
    for start in range(0, n_resamples, block):
        size = min(block, n_resamples - start)
        drawn = generator.integers(n, size=(size, n)) + np.arange(size)[:, None] * n
        counts = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
        yield np.ascontiguousarray(counts.T, dtype=np.float64)


def replicate_weights(n_replicates: int, n_resamples: int, generator: np.random.Generator) -> Floats:
    """(R, B) how often each replicate is in each resample, drawn with replacement; columns sum to R."""
    counts = generator.multinomial(n_replicates, np.full(n_replicates, 1 / n_replicates), size=n_resamples)
    return np.ascontiguousarray(counts.T, dtype=np.float64)


def mean_over_replicates(metric: Floats, weights: Floats) -> Floats:
    """(B,) mean of the (R, B) metric over the drawn replicates in which it is defined; NaN where in none."""
    defined = np.isfinite(metric)
    total = (np.where(defined, metric, 0.0) * weights).sum(axis=0)
    count = (defined * weights).sum(axis=0)
    mean: Floats = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean


def percentile_interval(resampled: Floats, confidence: float) -> tuple[float, float]:
    """Percentile interval (Efron 1981) of the resamples in which the metric is defined; NaN without any."""
    defined = resampled[np.isfinite(resampled)]
    if not defined.size:
        return float("nan"), float("nan")
    tail = (1 - confidence) / 2
    low, high = np.quantile(defined, (tail, 1 - tail))
    return float(low), float(high)
