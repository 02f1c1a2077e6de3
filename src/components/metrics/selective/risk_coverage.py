"""How good it is to abstain: risk against coverage, and what a confidence knows of being right."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError
from components.metrics.statistics.bootstrap import percentile_interval
from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.weighted import Floats


def risk_coverage(confidence: Floats, right: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Share answered and share wrong among them, as the threshold on the confidence falls (El-Yaniv & Wiener 2010).

    PerItemMetrics of equal confidence are answered together.

    Returns:
        coverage and risk, one point a distinct confidence, coverage rising to 1.
    """
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    last_of_ties = np.append(np.diff(confidence[order]) != 0, True)
    wrong = np.cumsum(~right[order])
    return (answered / len(order))[last_of_ties], (wrong / answered)[last_of_ties]


def aurc(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Area under the risk-coverage curve: the mean risk over all coverages (Geifman et al. 2019); less is better."""
    coverage, risk = risk_coverage(confidence, right)
    return float((np.diff(coverage, prepend=0) * risk).sum())


def coverage_at_risk(confidence: Floats, right: NDArray[np.bool_], max_error_rate: float) -> float:
    """The largest share that can be answered with no more than this share of them wrong; 0 where none can."""
    coverage, wrong = risk_coverage(confidence, right)
    return float(coverage[wrong <= max_error_rate].max(initial=0.0))


def auroc(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Chance that an item that is right has more confidence than one that is wrong, ties half; NaN without either."""
    positive, negative = int(right.sum()), int((~right).sum())
    if not positive or not negative:
        return float("nan")
    from scipy.stats import rankdata

    return float((rankdata(confidence)[right].sum() - positive * (positive + 1) / 2) / (positive * negative))


def selective_metrics(
    confidence: Floats,
    right: NDArray[np.bool_],
    max_error_rate: float,
    *,
    n_resamples: int = 1000,
    interval: float = 0.95,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Measure a confidence, with percentile bootstrap intervals over items.

    Args:
        confidence: (n,) any scale, higher = surer.
        right: (n,) whether the answer is right.
        max_error_rate: Tolerated share of wrong answers of `coverage_at_P_risk`; P is this in percent.
        n_resamples: Draws of the bootstrap.
        interval: Coverage aimed at by the intervals.
        seed: Of the bootstrap.

    Returns:
        auroc_margin, coverage_at_P_risk (the threshold chosen on these very items: what could be had) and aurc.

    Raises:
        DataError: When there are no items.
    """
    if not len(right):
        raise DataError("no choices to measure: at least one is needed")
    measures: dict[str, Callable[[Floats, NDArray[np.bool_]], float]] = {
        "auroc_margin": auroc,
        f"coverage_at_{max_error_rate * 100:g}_risk": lambda one, other: coverage_at_risk(one, other, max_error_rate),
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
