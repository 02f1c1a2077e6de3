"""The difference between two runs, with an interval and a p value that know of photos and of seeds.

Method. The difference of the means over the replicates has two sources of chance. Test photos: both runs
are measured on the same resamples of them (a paired bootstrap), which gives the variance V_photos. Seeds:
where there are several replicates, the variance of their mean, V_seeds = s_a^2/R_a + s_b^2/R_b, or s^2/R of
the differences where replicates are paired. That is exactly what a bootstrap that draws R - 1 of R replicates
has (Rao & Wu 1988, JASA 83); drawing R of R falls short by (R-1)/R, half of it for two replicates. Interval
and p value are Student's, on the square root of V_photos + V_seeds, with the degrees of freedom of Welch
(1947, Biometrika 34) and Satterthwaite: few replicates widen the interval as far as their variance matters.
A percentile bootstrap of both levels does not: between settings of equal skill whose accuracy varies by 0.14
with the seed it finds a difference in 29 % of the cases with two replicates and in 16 % with three, where
this one does in 7 % and 4 %; with a spread of 0.055, near that of the thesis's CNN, in 10 % and 6 % against 5 %
and 3 % (800 simulated pairs of runs each, 152 photos).

One replicate each says nothing of other seeds: the verdict is then about these two trained models, not about
their settings (of the pairs with a spread of 0.055 a quarter are told apart). For the accuracy of single
models the p value is McNemar's exact one, right for however few discordant photos.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from components.metrics.comparison.metric_registry import measure
from components.metrics.statistics.bootstrap import mean_over_replicates, photo_weights
from components.metrics.statistics.resampling import BLOCK_ELEMENTS
from components.metrics.statistics.weighted import Floats
from components.results import Predictions

NEGLIGIBLE = 1e-12
"""Smaller differences are none: they come of the order in which numbers were added up."""


def resampled_differences(
    replicates: Sequence[Predictions],
    of_a: int,
    rows: Sequence[NDArray[np.int64]],
    photos: int,
    size: int,
    metrics: Sequence[str],
    n_resamples: int,
    seed: int,
) -> dict[str, Floats]:
    """(B,) each metric's difference of means over replicates, in the same resamples of photos for all of them."""
    block = max(1, BLOCK_ELEMENTS // max(photos, size**2))
    parts: dict[str, list[Floats]] = {metric: [] for metric in metrics}
    for weights in photo_weights(photos, n_resamples, block, np.random.default_rng(seed)):
        found = [measure(one, weights[row], size, metrics) for one, row in zip(replicates, rows, strict=True)]
        for metric in metrics:
            values = np.stack([one[metric] for one in found])
            each_once = np.ones(values.shape)
            before = mean_over_replicates(values[:of_a], each_once[:of_a])
            parts[metric].append(mean_over_replicates(values[of_a:], each_once[of_a:]) - before)
    return {metric: np.concatenate(blocks) for metric, blocks in parts.items()}


def standard_error(of_a: Floats, of_b: Floats, resampled: Floats, photos: int, paired: bool) -> tuple[float, float]:
    """Standard error of the difference, and its degrees of freedom (Welch-Satterthwaite)."""
    defined = resampled[np.isfinite(resampled)]
    if len(defined) < 2:
        return math.nan, math.nan
    # A resample of n has (n-1)/n of the variance of a sample.
    parts = [(float(defined.var(ddof=1)) * photos / (photos - 1), photos - 1)]
    if paired:
        parts.append(_variance_of_mean(of_b - of_a))
    else:
        seeds = [_variance_of_mean(of_a), _variance_of_mean(of_b)]
        varied = [one for one in (of_a, of_b) if np.isfinite(one).sum() > 1]
        if len(varied) == 1:  # a single model is taken to vary with its seed as those of the other run do
            (known,) = varied
            spread = float(known[np.isfinite(known)].var(ddof=1))
            count = int(np.isfinite(known).sum())
            seeds = [(spread + spread / count, count - 1)]
        parts += seeds
    total = sum(variance for variance, _ in parts)
    weighed = sum(variance**2 / freedom for variance, freedom in parts if freedom)
    return math.sqrt(total), total**2 / weighed if weighed else float(photos - 1)


def _variance_of_mean(values: Floats) -> tuple[float, int]:
    """Variance of the mean of the values that are defined, and its degrees of freedom; 0 of a single one."""
    defined = values[np.isfinite(values)]
    if len(defined) < 2:
        return 0.0, 0
    return float(defined.var(ddof=1)) / len(defined), len(defined) - 1


def students(difference: float, error: float, freedom: float, photos: int, confidence: float) -> tuple[float, float]:
    """Half the width of Student's interval, and the p value of no difference.

    p is at least 2^(1 - n): n photos, each of which either model may have won, can show no more.
    """
    if math.isnan(difference) or math.isnan(error):
        return math.nan, math.nan
    half = error * float(stdtrit(freedom, (1 + confidence) / 2))
    if abs(difference) < NEGLIGIBLE:
        return half, 1.0
    p = 2 * float(stdtr(freedom, -abs(difference) / error)) if error else 0.0
    return half, max(p, 2.0 ** (1 - photos))


def mean_of_defined(values: Floats) -> float:
    """Mean of the replicates in which the metric is defined."""
    defined = values[np.isfinite(values)]
    return float(defined.mean()) if len(defined) else math.nan
