"""Comparison of two runs in means over items (queries, photos with candidate texts, pairs)."""

from collections.abc import Sequence

import numpy as np

from components.metrics.comparison.difference import Measured, metric_verdict
from components.metrics.comparison.shared_rows import check_not_empty, check_pairable, mask_of, shared_ids
from components.metrics.comparison.verdicts import Verdict
from components.metrics.statistics import (
    check_item_metric,
    mean_of_defined,
    resampled_item_means,
    resampling_units,
)
from components.results import PerItemMetrics

Replicates = Sequence[PerItemMetrics]


def compare_items(
    a: Replicates,
    b: Replicates,
    metrics: Sequence[str],
    *,
    paired: bool | None = None,
    n_resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
) -> list[Verdict]:
    """Compare run `b` with run `a` on the items that both share; `comparison.difference` describes the method.

    Args:
        a: The baseline: metrics per item of each of its replicates.
        b: The run.
        metrics: Names of metrics that both runs have; see `check_item_metric`.
        paired: Compare replicate r of `b` with replicate r of `a`. Off by default, since all replicates have the same
            items.
        n_resamples: Number of bootstrap resamples of the items.
        confidence: Coverage of the intervals; 1 - confidence is the significance level.
        seed: Seed of the bootstrap.

    Returns:
        One verdict per metric, not corrected for the others.

    Raises:
        ConfigError: When a run has no such metric.
        DataError: When the runs share fewer than two items, or a replicate has none of them.
    """
    for metric in metrics:
        check_item_metric(metric, a)
        check_item_metric(metric, b)
    if paired:
        check_pairable(a, b)
    a, b = _share_items(a, b)
    both = [*a, *b]
    rows, n_units, n_items = resampling_units(both)
    resampled = resampled_item_means(both, rows, n_units, metrics, n_resamples, np.random.default_rng(seed))
    values = {metric: np.array([mean_of_defined(items.metrics[metric]) for items in both]) for metric in metrics}
    return [
        metric_verdict(
            metric,
            Measured(values[metric], resampled[metric], len(a)),
            n=n_items,
            n_units=n_units,
            items="items",
            paired=bool(paired),
            confidence=confidence,
        )
        for metric in metrics
    ]


def _share_items(a: Replicates, b: Replicates) -> tuple[list[PerItemMetrics], list[PerItemMetrics]]:
    """Restrict both runs to the items that they share."""
    (shared,) = shared_ids(a, b, "item", "compare runs on the same data with the same queries")
    kept_a, kept_b = ([items.take(mask_of(items.ids, shared)) for items in run] for run in (a, b))
    check_not_empty(kept_a, kept_b, "item")
    return kept_a, kept_b
