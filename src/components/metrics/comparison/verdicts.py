"""Verdicts of comparisons (better, worse or indistinguishable), and Holm's correction for several of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Word = Literal["better", "worse", "indistinguishable"]

LOWER_IS_BETTER = frozenset(
    {
        "log_loss",
        "brier",
        "ece",
        "aurc",
        "risk",
        "label_errors",
        "noise_rate",
        "no_class",
        "risk_of_accepted",
        "risk_of_rejected",
        "ece_debiased",
        "closed_ece",
        "closed_ece_debiased",
        "fpr95_unknown",
        "fpr95_unknown_known_unknowns",
        "fpr95_unknown_new_unknowns",
        "fpr95_known",
        "fpr95_known_known_unknowns",
        "fpr95_known_new_unknowns",
    }
)
"""Metrics that measure errors; for all others, higher is better."""


@dataclass(frozen=True)
class Verdict:
    """A run compared with a baseline in one metric.

    Attributes:
        metric: Name of the metric.
        baseline: The metric of the baseline on the shared items, mean over its replicates.
        value: The metric of the run on the shared items, mean over its replicates.
        difference: `value - baseline`.
        low: Lower end of the interval of the difference, not corrected for multiple comparisons, and within the
            differences that the metric can have.
        high: Upper end of the interval.
        p: Two-sided p value of no difference; NaN where the metric is undefined.
        p_adjusted: `p` after Holm's correction over a family of comparisons; equal to `p` for a single comparison.
        verdict: Of the run, from `p_adjusted`; "indistinguishable" where the difference is undefined.
        n: Number of distinct shared items (test photos).
        replicates: Number of replicates of the baseline and of the run.
        paired: Whether replicate r of the run was compared with replicate r of the baseline.
        p_mcnemar: p value of McNemar's exact test of the first replicates; None for metrics other than accuracy.
    """

    metric: str
    baseline: float
    value: float
    difference: float
    low: float
    high: float
    p: float
    p_adjusted: float
    verdict: Word
    n: int
    replicates: tuple[int, int]
    paired: bool
    p_mcnemar: float | None = None


def judge(metric: str, difference: float, p: float, confidence: float) -> Word:
    """Return the verdict on a difference with this p value, at the significance level `1 - confidence`."""
    if not p < 1 - confidence or difference == 0:
        return "indistinguishable"
    return "better" if (difference > 0) != (metric in LOWER_IS_BETTER) else "worse"


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p values so that the probability of any false positive stays below the level (Holm 1979).

    The smallest of m p values is multiplied by m, the next by m - 1 and so on; adjusted values are kept monotonic and
    at most 1. NaN, a test that could not be made, stays NaN and is not counted.

    Args:
        p_values: p values of a family of tests.

    Returns:
        Adjusted p values in the order of `p_values`.
    """
    order = sorted((i for i, p in enumerate(p_values) if not math.isnan(p)), key=lambda i: p_values[i])
    adjusted = [math.nan] * len(p_values)
    highest = 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, p_values[i] * (len(order) - rank)))
        adjusted[i] = highest
    return adjusted


def with_holm(verdicts: Sequence[Verdict], confidence: float = 0.95) -> list[Verdict]:
    """Return the verdicts corrected as one family: `p_adjusted` by Holm's method, and `verdict` from it."""
    return [
        replace(verdict, p_adjusted=p, verdict=judge(verdict.metric, verdict.difference, p, confidence))
        for verdict, p in zip(verdicts, holm([verdict.p for verdict in verdicts]), strict=True)
    ]
