"""Confidence intervals of means over replicates, from the variance over photos and the variance over seeds.

Two sources. The mean of a metric over R replicates varies with the test photos and with the seeds. The bootstrap over
photos, which all replicates share, gives the variance V_photos of the mean; the sample variance s^2 of the replicates
gives V_seeds = s^2/R, with R - 1 degrees of freedom. A bootstrap that draws R of R replicates underestimates it by a
factor (R-1)/R, one half for two replicates. The standard error is sqrt(V_photos + V_seeds).

Quantile. Student's quantiles of both sources, weighted by their share of the variance: Cochran's rule for the
Behrens-Fisher problem (1964, Biometrics 20). Satterthwaite's degrees of freedom give shorter intervals, which cover
only 87 % where two replicates make up nine tenths of the variance; Cochran's cover 94 % or more at any share. V_seeds
contains a part of V_photos, the photos that only some replicates get right: that makes intervals wider, not shorter.

Scale. Wilson's score interval (1927, JASA 22), with the sample size at which a proportion would have this variance
(Korn & Graubard 1998, Survey Methodology 24), for every metric with a largest and a smallest value: it stays within
them, and is not empty at an end, where the bootstrap finds no variance. Metrics from 0 on have Student's interval of
their logarithm.

Few photos. Where photos count unequally (AUC, log loss, Brier score), few photos may decide a metric near its best
value, and then its variance is itself uncertain. The degrees of freedom of V_photos are those of the number of photos
which, counting equally, would give the same coefficient of variation, plus 2.

`benchmarks/coverage.py` measures how often these intervals contain the truth.
"""

import math
import re
from statistics import NormalDist

import numpy as np
from scipy.special import stdtrit

from components.metrics.statistics.bootstrap import mean_of_defined, mean_over_replicates
from components.metrics.statistics.ranges import metric_range
from components.metrics.statistics.weighted import Floats
from components.metrics.statistics.wilson import score_interval

COUNTED = re.compile(
    r"(.*_)?accuracy(_.*)?|precision(_.*)?|recall(_.*)?|f1(_.*)?|kappa|known_acceptance|unknown_rejection(_.*)?"
    r"|fpr\d+(_.*)?|false_positive_rate|found|decided|coverage(_.*)?"
)
"""Metrics that count right and wrong photos, each of them alike."""

NEGLIGIBLE = 1e-12
"""Smaller standard errors are rounding errors of sums."""


def interval(
    metric: str, values: Floats, resampled: Floats, n: int, confidence: float, n_deciding: int | None = None
) -> tuple[float, float]:
    """Return the confidence interval of the mean of a metric over replicates; the module describes the method.

    Args:
        metric: Name of the metric.
        values: (R,) metric of each replicate; NaN where undefined, these are ignored.
        resampled: (R, B) metric of each replicate in resamples of the photos that all replicates share.
        n: Number of units (photos, items, groups of items) that the resamples draw.
        confidence: Coverage of the interval.
        n_deciding: Number of units that could have been wrong, for a metric at the end of its range; `n` by default.

    Returns:
        Lower and upper end. NaN where the metric is undefined, and where it does not vary over the photos although it
        could be better and worse, as kappa does not when every photo is predicted as one class.
    """
    value = mean_of_defined(values)
    over_photos, over_seeds = variances(values, resampled, n)
    error = math.sqrt(over_photos + over_seeds)
    if math.isnan(value) or math.isnan(error):
        return math.nan, math.nan
    lowest, highest = metric_range(metric)
    to_end = min(value - lowest, highest - value)
    if error < NEGLIGIBLE:
        if to_end > NEGLIGIBLE or math.isinf(highest):
            return math.nan, math.nan
        z = NormalDist().inv_cdf((1 + confidence) / 2)
        return _between(value, lowest, highest, float(n_deciding or n), z)
    freedom = max(1.0, n - 1.0)
    if not COUNTED.fullmatch(metric) and over_photos > 0:
        freedom = min(freedom, max(to_end, 0.0) ** 2 / over_photos + 2)
    t = quantile(over_photos, freedom, over_seeds, int(np.isfinite(values).sum()) - 1, confidence)
    if math.isfinite(highest):
        return _between(value, lowest, highest, _size(value, error, lowest, highest, float(n_deciding or n)), t)
    if math.isfinite(lowest):
        ratio = math.exp(min(t * error / (value - lowest), 700.0)) if value > lowest else math.nan
        return lowest + (value - lowest) / ratio, lowest + (value - lowest) * ratio
    return value - t * error, value + t * error


def bracketed_interval(
    at_least: tuple[Floats, Floats], at_most: tuple[Floats, Floats], n: int, confidence: float
) -> tuple[float, float]:
    """Return Student's interval of a quantity that lies, on average, between two metrics.

    Args:
        at_least: (R,) values and (R, B) resamples of the metric that is too low on average.
        at_most: The same of the metric that is too high on average.
        n: Number of units that the resamples draw.
        confidence: Coverage of the interval.
    """
    ends = []
    for (values, resampled), sign in ((at_least, -1), (at_most, 1)):
        over_photos, over_seeds = variances(values, resampled, n)
        t = quantile(over_photos, max(1.0, n - 1.0), over_seeds, int(np.isfinite(values).sum()) - 1, confidence)
        ends.append(mean_of_defined(values) + sign * t * math.sqrt(over_photos + over_seeds))
    return ends[0], ends[1]


def variances(values: Floats, resampled: Floats, n: int) -> tuple[float, float]:
    """Return the variance of the mean over replicates that is due to the photos, and that due to the seeds.

    Args:
        values: (R,) metric of each replicate.
        resampled: (R, B) metric of each replicate in the resamples.
        n: Number of units that the resamples draw; their variance is (n-1)/n of that of a sample.

    Returns:
        Both; NaN and the latter when the metric is defined in fewer than two resamples. 0 over seeds for one replicate.
    """
    means = mean_over_replicates(resampled)
    means = means[np.isfinite(means)]
    over_photos = float(means.var(ddof=1)) * n / max(n - 1, 1) if len(means) > 1 else math.nan
    defined = values[np.isfinite(values)]
    over_seeds = float(defined.var(ddof=1)) / len(defined) if len(defined) > 1 else 0.0
    return over_photos, over_seeds


def quantile(over_photos: float, freedom: float, over_seeds: float, freedom_of_seeds: int, confidence: float) -> float:
    """Return the quantiles of Student's distributions of both variances, weighted by the variances (Cochran 1964).

    Args:
        over_photos: Variance over photos.
        freedom: Its degrees of freedom.
        over_seeds: Variance over seeds; 0 for one replicate.
        freedom_of_seeds: Its degrees of freedom.
        confidence: Coverage of the two-sided interval.
    """
    level = (1 + confidence) / 2
    of_photos = float(stdtrit(freedom, level))
    if not over_seeds:
        return of_photos
    of_seeds = float(stdtrit(freedom_of_seeds, level))
    return (over_photos * of_photos + over_seeds * of_seeds) / (over_photos + over_seeds)


def _size(value: float, error: float, lowest: float, highest: float, largest: float) -> float:
    """Return the number of trials of a proportion with this standard error; `largest` at an end of the range."""
    binomial = (value - lowest) * (highest - value)
    return binomial / error**2 if binomial > NEGLIGIBLE**2 else largest


def _between(value: float, lowest: float, highest: float, size: float, quantile_: float) -> tuple[float, float]:
    """Return Wilson's interval on the range of the metric."""
    widest = highest - lowest
    share = min(max((value - lowest) / widest, 0.0), 1.0)
    low, high = score_interval(share, size, quantile_)
    return lowest + widest * low, lowest + widest * high
