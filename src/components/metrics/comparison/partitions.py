"""Whether the clusters of one run are closer to the classes than those of another."""

import logging
import math
from collections.abc import Sequence

import numpy as np

from components.errors import DataError
from components.metrics.clustering.clustering import (
    check_partition_metric,
    check_partitions,
    partition_metrics,
    resampled_metrics,
)
from components.metrics.comparison.difference import mean_of_defined, standard_error, students
from components.metrics.comparison.verdicts import Verdict, judge
from components.metrics.statistics.bootstrap import mean_over_replicates
from components.results import Partition

log = logging.getLogger(__name__)

FEWEST = 2


def compare_partitions(
    a: Sequence[Partition],
    b: Sequence[Partition],
    metrics: Sequence[str] = ("ari",),
    *,
    paired: bool | None = None,
    n_resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
) -> list[Verdict]:
    """Say whether run `b` is better than run `a`, on the photos of both whose class is known.

    A paired bootstrap: both are measured on the same resamples of photos, and the spread over seeds is added
    (`components.metrics.comparison.difference`).

    Args:
        a: The baseline: a partition a seed.
        b: The run.
        metrics: Of `clustering.METRICS`.
        paired: Set replicate r of `a` beside replicate r of `b`; None does not, as the photos are the same in all.
        n_resamples: Draws of the bootstrap.
        confidence: Coverage of the intervals; 1 - confidence is the level of the verdicts.
        seed: Of the bootstrap.

    Returns:
        A verdict a metric, none adjusted for the others.

    Raises:
        ConfigError: When there is no such metric.
        DataError: When the runs share fewer than two photos of known class, or a photo has another class in each.
    """
    for metric in metrics:
        check_partition_metric(metric)
    if paired and len(a) != len(b):
        raise DataError(f"{len(a)} and {len(b)} replicates cannot be paired: run as many, or compare them unpaired")
    a, b = _shared(a, b)
    both = [*a, *b]
    n = len(both[0])
    once = np.ones((n, 1))
    whole = [partition_metrics(one, once, metrics) for one in both]
    resampled = resampled_metrics(both, metrics, n_resamples, np.random.default_rng(seed))
    verdicts = []
    for metric in metrics:
        values = np.array([one[metric][0] for one in whole])
        of_a, of_b = values[: len(a)], values[len(a) :]
        before, after = mean_of_defined(of_a), mean_of_defined(of_b)
        difference = after - before
        if math.isnan(difference):
            log.warning("%s is undefined on these %d photos: there is no verdict on it", metric, n)
        drawn = resampled[metric]
        each = np.ones(drawn.shape)
        means_a = mean_over_replicates(drawn[: len(a)], each[: len(a)])
        differences = mean_over_replicates(drawn[len(a) :], each[len(a) :]) - means_a
        error, freedom = standard_error(of_a, of_b, differences, n, bool(paired))
        half, p = students(difference, error, freedom, n, confidence)
        word = judge(metric, difference, p, confidence)
        low, high = difference - half, difference + half
        sizes = (len(a), len(b))
        verdicts.append(Verdict(metric, before, after, difference, low, high, p, p, word, n, sizes, bool(paired)))
    return verdicts


def _shared(a: Sequence[Partition], b: Sequence[Partition]) -> tuple[list[Partition], list[Partition]]:
    """Leave both runs the photos that they share and whose class is known, in one order."""
    check_partitions(a)
    check_partitions(b)
    truth = {photo: label for photo, label in zip(a[0].ids.tolist(), a[0].label.tolist(), strict=True) if label}
    common = []
    for photo, label in zip(b[0].ids.tolist(), b[0].label.tolist(), strict=True):
        if photo in truth and label:
            if truth[photo] != label:
                raise DataError(
                    f"{photo!r} is labelled {truth[photo]!r} in the first run and {label!r} in the second: the labels "
                    "changed in between, run the first again"
                )
            common.append(photo)
    if len(common) < FEWEST:
        raise DataError(
            f"the runs share {len(common)} photos whose class is known, at least {FEWEST} are needed: compare runs on "
            "the same data"
        )
    return [_ordered(one, common) for one in a], [_ordered(one, common) for one in b]


def _ordered(partition: Partition, photos: Sequence[str]) -> Partition:
    position = {photo: row for row, photo in enumerate(partition.ids.tolist())}
    rows = np.array([position[photo] for photo in photos])
    return Partition(partition.ids[rows], partition.label[rows], partition.cluster[rows])
