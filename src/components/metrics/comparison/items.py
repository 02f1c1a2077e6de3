"""Results item by item (queries, photos with candidates, pairs): their means with intervals, and two runs compared."""

import logging
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError, DataError
from components.metrics.comparison.difference import mean_of_defined, standard_error, students
from components.metrics.comparison.metric_registry import nearest
from components.metrics.comparison.verdicts import Verdict, judge
from components.metrics.statistics.bootstrap import (
    mean_over_replicates,
    percentile_interval,
    photo_weights,
    replicate_weights,
)
from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.resampling import BLOCK_ELEMENTS
from components.metrics.statistics.weighted import Floats, ratio
from components.results import PerItemMetrics

log = logging.getLogger(__name__)


Replicates = Sequence[PerItemMetrics]


def item_metrics(
    replicates: Replicates, *, n_resamples: int = 1000, confidence: float = 0.95, seed: int = 0
) -> dict[str, Estimate]:
    """Each metric's mean over items and replicates, with its interval.

    The interval is a percentile bootstrap over items (over their groups, where they have some), the same draw for all
    replicates, and over replicates where there are several. Items without a value are left out;
    `n` counts the others.

    Raises:
        DataError: When there are no items.
    """
    if not replicates or not all(len(one) for one in replicates):
        raise DataError("no items to measure: there must be one at least in each replicate")
    rows, units, total = _numbered(replicates)
    for_items, for_replicates = np.random.default_rng(seed).spawn(2)
    names = list(replicates[0].metrics)
    resampled = _resampled_means(replicates, rows, units, names, n_resamples, for_items)
    drawn = replicate_weights(len(replicates), n_resamples, for_replicates)
    found: dict[str, Estimate] = {}
    for name in names:
        values = np.array([mean_of_defined(one.metrics[name]) for one in replicates])
        low, high = percentile_interval(mean_over_replicates(resampled[name], drawn), confidence)
        defined = {item for one in replicates for item in one.ids[np.isfinite(one.metrics[name])].tolist()}
        found[name] = Estimate(mean_of_defined(values), low, high, len(defined), tuple(values.tolist()))
        if not defined:
            log.warning("%s is undefined on all of the %d items: it is left NaN", name, total)
    return found


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
    """Say whether run `b` is better than run `a`, on the items of both (`comparison.difference`).

    Args:
        a: The baseline: the items of each of its replicates.
        b: The run.
        metrics: Names of columns that both have; see `check_item_metric`.
        paired: Set replicate r of `a` beside replicate r of `b`; None does not, as items are the same in all.
        n_resamples: Draws of the paired bootstrap over items.
        confidence: Coverage of the intervals; 1 - confidence is the level of the verdicts.
        seed: Of the bootstrap.

    Returns:
        A verdict a metric, none adjusted for the others.

    Raises:
        ConfigError: When a run has no such metric.
        DataError: When the runs share fewer than two items, or a replicate none of them.
    """
    for metric in metrics:
        check_item_metric(metric, a)
        check_item_metric(metric, b)
    if paired and len(a) != len(b):
        raise DataError(f"{len(a)} and {len(b)} replicates cannot be paired: run as many, or compare them unpaired")
    a, b = _shared(a, b)
    both = [*a, *b]
    rows, units, total = _numbered(both)
    resampled = _resampled_means(both, rows, units, metrics, n_resamples, np.random.default_rng(seed))
    verdicts = []
    for metric in metrics:
        values = np.array([mean_of_defined(one.metrics[metric]) for one in both])
        of_a, of_b = values[: len(a)], values[len(a) :]
        before, after = mean_of_defined(of_a), mean_of_defined(of_b)
        difference = after - before
        if math.isnan(difference):
            log.warning("%s is undefined on these %d items: there is no verdict on it", metric, total)
        means = resampled[metric]
        once = np.ones(means.shape)
        means_a = mean_over_replicates(means[: len(a)], once[: len(a)])
        differences = mean_over_replicates(means[len(a) :], once[len(a) :]) - means_a
        error, freedom = standard_error(of_a, of_b, differences, units, bool(paired))
        half, p = students(difference, error, freedom, units, confidence)
        word = judge(metric, difference, p, confidence)
        low, high = difference - half, difference + half
        sizes = (len(a), len(b))
        verdicts.append(Verdict(metric, before, after, difference, low, high, p, p, word, total, sizes, bool(paired)))
    return verdicts


def check_item_metric(metric: str, replicates: Replicates) -> None:
    """Raise ConfigError, with the nearest name, when a run has no such metric."""
    known = list(replicates[0].metrics) if replicates else []
    if metric not in known:
        raise ConfigError(f"There is no metric {metric!r}.{nearest(metric, known)} Metrics: {', '.join(known)}")


def _numbered(replicates: Replicates) -> tuple[list[NDArray[np.int64]], int, int]:
    """For each replicate the (n,) number of what each item is drawn with, how many those are, and how many items."""
    grouped = all(one.group is not None for one in replicates)
    numbers: dict[str, int] = {}
    rows = []
    for one in replicates:
        keys = one.group if grouped and one.group is not None else one.ids
        rows.append(np.array([numbers.setdefault(key, len(numbers)) for key in keys.tolist()], dtype=np.int64))
    return rows, len(numbers), len({item for one in replicates for item in one.ids.tolist()})


def _resampled_means(
    replicates: Replicates,
    rows: Sequence[NDArray[np.int64]],
    units: int,
    metrics: Sequence[str],
    n_resamples: int,
    generator: np.random.Generator,
) -> dict[str, Floats]:
    """(R, B) mean of each metric in each replicate, in the same resamples of items, or groups, for all of them."""
    block = max(1, BLOCK_ELEMENTS // units)
    parts: dict[str, list[Floats]] = {metric: [] for metric in metrics}
    for weights in photo_weights(units, n_resamples, block, generator):
        for metric in metrics:
            means = []
            for one, row in zip(replicates, rows, strict=True):
                defined = np.isfinite(one.metrics[metric])
                drawn = weights[row[defined]]
                means.append(ratio(one.metrics[metric][defined] @ drawn, drawn.sum(axis=0), np.nan))
            parts[metric].append(np.stack(means))
    return {metric: np.concatenate(blocks, axis=1) for metric, blocks in parts.items()}


def _shared(a: Replicates, b: Replicates) -> tuple[list[PerItemMetrics], list[PerItemMetrics]]:
    """Leave both runs the items that they share."""
    of_a, of_b = (set[str]().union(*(one.ids.tolist() for one in run)) for run in (a, b))
    common = of_a & of_b
    if len(common) < 2:
        example = f" (for example {a[0].ids[0]!r} and {b[0].ids[0]!r})" if len(a[0]) and len(b[0]) else ""
        raise DataError(
            f"the runs share {len(common)} items, at least 2 are needed{example}: compare runs on the same data, "
            "asked the same things"
        )
    kept_a, kept_b = ([_only(one, common) for one in run] for run in (a, b))
    for word, kept in (("first", kept_a), ("second", kept_b)):
        for number, one in enumerate(kept):
            if not len(one):
                raise DataError(f"replicate {number} of the {word} run has no item that the runs share")
    return kept_a, kept_b


def _only(items: PerItemMetrics, common: set[str]) -> PerItemMetrics:
    keep = np.array([item in common for item in items.ids.tolist()])
    group = None if items.group is None else items.group[keep]
    return PerItemMetrics(items.ids[keep], {name: column[keep] for name, column in items.metrics.items()}, group)
