"""The difference between two runs, with an interval and a p value that account for test photos and for seeds.

Method. The difference of the means over replicates has two sources of variance. Test photos: both runs are measured on
the same resamples of the photos (a paired bootstrap), which gives the variance V_photos. Seeds: where there are several
replicates, the variance of their mean, V_seeds = s_a^2/R_a + s_b^2/R_b, or s^2/R of the differences where replicates
are paired. A bootstrap that draws R - 1 of R replicates has exactly this variance (Rao & Wu 1988, JASA 83); one that
draws R of R underestimates it by a factor (R-1)/R, which is one half for two replicates. Interval and p value are
Student's, with the standard error sqrt(V_photos + V_seeds) and the degrees of freedom of Welch (1947, Biometrika 34)
and Satterthwaite: few replicates widen the interval in proportion to their share of the variance. A percentile
bootstrap of both levels does not: between settings of equal skill whose accuracy has a standard deviation of 0.14 over
seeds, it finds a difference in 29 % of the cases with two replicates and in 16 % with three, this method in 7 % and 4
%; with a standard deviation of 0.055, near that of the thesis's CNN, in 10 % and 6 % against 5 % and 3 % (800 simulated
pairs of runs each, 152 photos).

One replicate per run contains no information on other seeds: the verdict is then about these two trained models, not
about their settings (a quarter of the pairs with a standard deviation of 0.055 are found different). For the accuracy
of single models the p value is that of McNemar's exact test, which is valid for any number of discordant photos.
"""

import logging
import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from components.metrics.comparison.verdicts import Verdict, judge
from components.metrics.statistics import Floats, difference_within_range, mean_of_defined, mean_over_replicates

log = logging.getLogger(__name__)

NEGLIGIBLE = 1e-12
"""Smaller differences are rounding errors of sums."""


@dataclass(frozen=True)
class Measured:
    """One metric of the replicates of two runs: R_a of the baseline, then R_b of the run.

    Attributes:
        values: (R_a + R_b,) the metric on the shared items; NaN where undefined.
        resampled: (R_a + R_b, B) the metric in bootstrap resamples that all replicates share.
        n_baseline: R_a.
    """

    values: Floats
    resampled: Floats
    n_baseline: int


def metric_verdict(
    metric: str,
    measured: Measured,
    *,
    n: int,
    items: str,
    paired: bool,
    confidence: float,
    n_units: int | None = None,
    p_mcnemar: float | None = None,
) -> Verdict:
    """Compare two runs in one metric.

    Args:
        metric: Name of the metric.
        measured: The metric of all replicates.
        n: Number of distinct shared items.
        items: What the items are, for the warning: "test photos".
        paired: Compare replicate r of the run with replicate r of the baseline.
        confidence: Coverage of the interval; 1 - confidence is the significance level.
        n_units: Number of units that the bootstrap draws; `n` by default.
        p_mcnemar: p value of McNemar's exact test, which replaces Student's for single replicates.

    Returns:
        The verdict, not corrected for other comparisons.
    """
    split, units = measured.n_baseline, n if n_units is None else n_units
    of_a, of_b = measured.values[:split], measured.values[split:]
    baseline, value = mean_of_defined(of_a), mean_of_defined(of_b)
    difference = value - baseline
    if math.isnan(difference):
        log.warning("%s is undefined on these %d %s: it has no verdict", metric, n, items)
    resampled = mean_over_replicates(measured.resampled[split:]) - mean_over_replicates(measured.resampled[:split])
    error, freedom = standard_error(of_a, of_b, resampled, units, paired)
    half, p = student_interval(difference, error, freedom, units, confidence)
    low, high = difference_within_range(metric, difference - half, difference + half)
    if p_mcnemar is not None and len(of_a) == len(of_b) == 1:
        p = p_mcnemar
    return Verdict(
        metric=metric,
        baseline=baseline,
        value=value,
        difference=difference,
        low=low,
        high=high,
        p=p,
        p_adjusted=p,
        verdict=judge(metric, difference, p, confidence),
        n=n,
        replicates=(len(of_a), len(of_b)),
        paired=paired,
        p_mcnemar=p_mcnemar,
    )


def standard_error(of_a: Floats, of_b: Floats, resampled: Floats, n_units: int, paired: bool) -> tuple[float, float]:
    """Compute the standard error of the difference, and its degrees of freedom (Welch-Satterthwaite).

    Args:
        of_a: (R_a,) metric of each replicate of the baseline.
        of_b: (R_b,) metric of each replicate of the run.
        resampled: (B,) difference of the means over replicates in each resample.
        n_units: Number of units (photos) that the bootstrap draws.
        paired: Whether replicates are paired.

    Returns:
        Standard error and degrees of freedom; NaN when fewer than two resamples are defined.
    """
    defined = resampled[np.isfinite(resampled)]
    if len(defined) < 2:
        return math.nan, math.nan
    # A bootstrap resample of n units has (n-1)/n of the variance of a sample.
    parts = [(float(defined.var(ddof=1)) * n_units / (n_units - 1), n_units - 1)]
    if paired:
        parts.append(_variance_of_mean(of_b - of_a))
    else:
        seeds = [_variance_of_mean(of_a), _variance_of_mean(of_b)]
        several = [values for values in (of_a, of_b) if np.isfinite(values).sum() > 1]
        if len(several) == 1:  # a single model is assumed to have the variance over seeds of the other run
            (known,) = several
            spread = float(known[np.isfinite(known)].var(ddof=1))
            count = int(np.isfinite(known).sum())
            seeds = [(spread + spread / count, count - 1)]
        parts += seeds
    total = sum(variance for variance, _ in parts)
    weighted = sum(variance**2 / freedom for variance, freedom in parts if freedom)
    return math.sqrt(total), total**2 / weighted if weighted else float(n_units - 1)


def _variance_of_mean(values: Floats) -> tuple[float, int]:
    """Return the variance of the mean of the defined values, and its degrees of freedom; 0 for a single value."""
    defined = values[np.isfinite(values)]
    if len(defined) < 2:
        return 0.0, 0
    return float(defined.var(ddof=1)) / len(defined), len(defined) - 1


def student_interval(
    difference: float, error: float, freedom: float, n_units: int, confidence: float
) -> tuple[float, float]:
    """Return half the width of Student's interval, and the two-sided p value of no difference.

    p is at least 2^(1 - n): n photos, each of which may favour either model, cannot give stronger evidence.

    Args:
        difference: The difference of the means.
        error: Its standard error.
        freedom: Degrees of freedom of the standard error.
        n_units: Number of units (photos) n.
        confidence: Coverage of the interval.
    """
    if math.isnan(difference) or math.isnan(error):
        return math.nan, math.nan
    half = error * float(stdtrit(freedom, (1 + confidence) / 2))
    if abs(difference) < NEGLIGIBLE:
        return half, 1.0
    p = 2 * float(stdtr(freedom, -abs(difference) / error)) if error else 0.0
    return half, max(p, 2.0 ** (1 - n_units))
