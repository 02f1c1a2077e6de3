"""Better, worse or indistinguishable: what a comparison comes to, and Holm's correction over many."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

LOWER_IS_BETTER = frozenset(
    {
        "log_loss",
        "brier",
        "ece",
        "aurc",
        "risk",
        "risk_of_accepted",
        "risk_of_rejected",
        "closed_ece",
        "fpr95",
        "fpr95_known_unknowns",
        "fpr95_new_unknowns",
    }
)
"""Metrics that are errors; of all others more is better."""


@dataclass(frozen=True)
class Verdict:
    """A run beside a baseline.

    Attributes:
        metric: A name of `classification_metrics` or `open_set_metrics`.
        baseline: The metric of the baseline on the shared photos, mean over its replicates.
        value: The metric of the run on them.
        difference: `value - baseline`.
        low: Lower end of the difference's interval, which no correction widens.
        high: Upper end.
        p: Two-sided p value of no difference; NaN where the metric is undefined.
        p_adjusted: The same after Holm's correction over the family of comparisons; `p` for one alone.
        verdict: Of the run, by `p_adjusted`; a difference that is not defined is "indistinguishable".
        n: Distinct test photos that both share.
        replicates: Models of the baseline and of the run.
        paired: Whether replicate r of the one was set beside replicate r of the other.
        p_mcnemar: McNemar's exact p of the first replicate of each; None for metrics that are not a share of photos.
    """

    metric: str
    baseline: float
    value: float
    difference: float
    low: float
    high: float
    p: float
    p_adjusted: float
    verdict: Literal["better", "worse", "indistinguishable"]
    n: int
    replicates: tuple[int, int]
    paired: bool
    p_mcnemar: float | None = None


def judge(
    metric: str, difference: float, p: float, confidence: float
) -> Literal["better", "worse", "indistinguishable"]:
    """The word for a difference with this p value at the level `1 - confidence`."""
    if not p < 1 - confidence or difference == 0:
        return "indistinguishable"
    return "better" if (difference > 0) != (metric in LOWER_IS_BETTER) else "worse"


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p values so that the chance of any false finding among them stays below the level (Holm 1979).

    The smallest of m is multiplied by m, the next by m - 1 and so on; none falls below one before it, none
    exceeds 1. NaN, a test that could not be made, stays NaN and does not count.

    Returns:
        Adjusted values in the order of `p_values`.
    """
    order = sorted((i for i, p in enumerate(p_values) if not math.isnan(p)), key=lambda i: p_values[i])
    adjusted = [math.nan] * len(p_values)
    highest = 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, p_values[i] * (len(order) - rank)))
        adjusted[i] = highest
    return adjusted


def with_holm(verdicts: Sequence[Verdict], confidence: float = 0.95) -> list[Verdict]:
    """The verdicts as one family: `p_adjusted` by Holm, and the word anew."""
    return [
        replace(one, p_adjusted=p, verdict=judge(one.metric, one.difference, p, confidence))
        for one, p in zip(verdicts, holm([one.p for one in verdicts]), strict=True)
    ]
