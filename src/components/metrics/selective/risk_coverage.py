"""Selective prediction: error rate (risk) against the proportion answered (coverage)."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError
from components.metrics.statistics import Estimate, Floats, percentile_interval

Mask = NDArray[np.bool_]


def risk_coverage(confidence: Floats, right: Mask) -> tuple[Floats, Floats]:
    """Compute the risk-coverage curve (El-Yaniv & Wiener 2010) as the threshold on the confidence decreases.

    Items of equal confidence are answered together.

    Args:
        confidence: (n,) confidence of each answer, of any scale.
        right: (n,) whether the answer is correct.

    Returns:
        coverage, the proportion of items answered, in ascending order up to 1, and risk, the proportion of wrong
        answers among them; one point per distinct confidence.
    """
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    last_of_ties = np.append(np.diff(confidence[order]) != 0, True)
    wrong = np.cumsum(~right[order])
    return (answered / len(order))[last_of_ties], (wrong / answered)[last_of_ties]


def aurc(confidence: Floats, right: Mask) -> float:
    """Return the area under the risk-coverage curve: the mean risk over all coverages (Geifman et al. 2019).

    Lower is better. Arguments as in `risk_coverage`.
    """
    coverage, risk = risk_coverage(confidence, right)
    return float((np.diff(coverage, prepend=0) * risk).sum())


def coverage_at_risk(confidence: Floats, right: Mask, max_error_rate: float) -> float:
    """Return the largest coverage at which the risk is at most `max_error_rate`; 0 if there is none."""
    coverage, risk = risk_coverage(confidence, right)
    return float(coverage[risk <= max_error_rate].max(initial=0.0))


def auroc(confidence: Floats, right: Mask) -> float:
    """Return the probability that a correct answer has a higher confidence than a wrong one, where a tie counts half.

    NaN when there are no correct or no wrong answers.
    """
    positive, negative = int(right.sum()), int((~right).sum())
    if not positive or not negative:
        return float("nan")
    from scipy.stats import rankdata

    return float((rankdata(confidence)[right].sum() - positive * (positive + 1) / 2) / (positive * negative))


def selective_metrics(
    confidence: Floats,
    right: Mask,
    max_error_rate: float,
    *,
    n_resamples: int = 1000,
    interval: float = 0.95,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Compute metrics of selective prediction, with percentile bootstrap intervals over items.

    Args:
        confidence: (n,) confidence of each answer, of any scale, higher = more confident.
        right: (n,) whether the answer is correct.
        max_error_rate: Tolerated error rate of `coverage_at_P_risk`; P is this in percent.
        n_resamples: Number of bootstrap resamples.
        interval: Coverage of the intervals.
        seed: Seed of the bootstrap.

    Returns:
        Estimates by name: auroc_margin, coverage_at_P_risk (with the threshold chosen on these items: an upper bound
        for thresholds fitted on others) and aurc.

    Raises:
        DataError: When there are no items.
    """
    if not len(right):
        raise DataError("no choices to measure: at least one is needed")
    measures: dict[str, Callable[[Floats, Mask], float]] = {
        "auroc_margin": auroc,
        f"coverage_at_{max_error_rate * 100:g}_risk": lambda scores, correct: coverage_at_risk(
            scores, correct, max_error_rate
        ),
        "aurc": aurc,
    }
    generator = np.random.default_rng(seed)
    drawn = [generator.integers(len(right), size=len(right)) for _ in range(n_resamples)]
    found = {}
    for name, measure in measures.items():
        value = measure(confidence, right)
        low, high = percentile_interval(np.array([measure(confidence[rows], right[rows]) for rows in drawn]), interval)
        found[name] = Estimate(value, low, high, len(right), (value,))
    return found
