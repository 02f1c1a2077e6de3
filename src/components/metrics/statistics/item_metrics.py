"""Means over items (queries, photos with candidate texts, pairs) with confidence intervals."""

import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError
from components.metrics.statistics.bootstrap import mean_of_defined
from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.intervals import interval
from components.metrics.statistics.metric_names import check_metric_name
from components.metrics.statistics.resampling import block_size, resample
from components.metrics.statistics.weighted import Floats, ratio
from components.results import PerItemMetrics

log = logging.getLogger(__name__)


def item_metrics(
    replicates: Sequence[PerItemMetrics], *, n_resamples: int = 1000, confidence: float = 0.95, seed: int = 0
) -> dict[str, Estimate]:
    """Compute the mean of each metric over items and replicates, with its confidence interval.

    The interval is that of `statistics.intervals`: from a bootstrap over items (over groups of items where
    `PerItemMetrics.group` is given), with the same resamples for all replicates, and from the variance of the
    replicates when there are several. Items on which a metric is undefined (NaN) are ignored; `n` counts the others.

    Args:
        replicates: Metrics per item of each replicate.
        n_resamples: Number of bootstrap resamples.
        confidence: Coverage of the intervals.
        seed: Seed of the bootstrap.

    Returns:
        Estimates by metric name.

    Raises:
        DataError: When a replicate has no items.
    """
    if not replicates or not all(len(replicate) for replicate in replicates):
        raise DataError("no items to measure: each replicate needs at least one")
    rows, n_units, n_items = resampling_units(replicates)
    (generator,) = np.random.default_rng(seed).spawn(1)
    names = list(replicates[0].metrics)
    resampled = resampled_item_means(replicates, rows, n_units, names, n_resamples, generator)
    found: dict[str, Estimate] = {}
    undefined = []
    for name in names:
        values = np.array([mean_of_defined(replicate.metrics[name]) for replicate in replicates])
        low, high = interval(name, values, resampled[name], n_units, confidence)
        defined = {
            item for replicate in replicates for item in replicate.ids[np.isfinite(replicate.metrics[name])].tolist()
        }
        found[name] = Estimate(mean_of_defined(values), low, high, len(defined), tuple(values.tolist()))
        if not defined:
            undefined.append(name)
    if undefined:
        verb = "is" if len(undefined) == 1 else "are"
        log.warning("%s %s undefined on all of the %d items: no value is reported", ", ".join(undefined), verb, n_items)
    return found


def check_item_metric(metric: str, replicates: Sequence[PerItemMetrics]) -> None:
    """Raise ConfigError, with the closest name, when the replicates have no such metric."""
    check_metric_name(metric, list(replicates[0].metrics) if replicates else [])


def resampling_units(replicates: Sequence[PerItemMetrics]) -> tuple[list[NDArray[np.int64]], int, int]:
    """Number the units that the bootstrap draws: groups of items if all replicates have groups, else items.

    Returns:
        For each replicate the (n,) unit of each item; the number of distinct units; the number of distinct items.
    """
    grouped = all(replicate.group is not None for replicate in replicates)
    numbers: dict[str, int] = {}
    rows = []
    for replicate in replicates:
        units = replicate.group if grouped and replicate.group is not None else replicate.ids
        rows.append(np.array([numbers.setdefault(unit, len(numbers)) for unit in units.tolist()], dtype=np.int64))
    return rows, len(numbers), len({item for replicate in replicates for item in replicate.ids.tolist()})


def resampled_item_means(
    replicates: Sequence[PerItemMetrics],
    rows: Sequence[NDArray[np.int64]],
    n_units: int,
    metrics: Sequence[str],
    n_resamples: int,
    generator: np.random.Generator,
) -> dict[str, Floats]:
    """Compute the mean of each metric in bootstrap resamples that all replicates share.

    Args:
        replicates: Metrics per item of each replicate.
        rows: For each replicate the unit of each item, from `resampling_units`.
        n_units: Number of distinct units.
        metrics: Names of the metrics.
        n_resamples: Number of resamples.
        generator: Source of randomness.

    Returns:
        By metric, (R, B) means over the items on which it is defined.
    """

    def measure(number: int, weights: Floats) -> dict[str, Floats]:
        means = {}
        for metric in metrics:
            column = replicates[number].metrics[metric]
            defined = np.isfinite(column)
            drawn = weights[defined]
            means[metric] = ratio(column[defined] @ drawn, drawn.sum(axis=0), np.nan)
        return means

    return resample(measure, rows, n_units, n_resamples, block_size(n_units), generator)
