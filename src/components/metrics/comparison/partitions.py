"""Comparison of two clusterings by their agreement with the classes."""

from collections.abc import Sequence

import numpy as np

from components.metrics.clustering import (
    check_partition_metric,
    check_partitions,
    partition_metrics,
    resampled_partition_metrics,
)
from components.metrics.comparison.difference import Measured, metric_verdict
from components.metrics.comparison.shared_rows import check_pairable, check_same_labels, shared_ids
from components.metrics.comparison.verdicts import Verdict
from components.results import Partition


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
    """Compare run `b` with run `a` on the photos of known class that both share.

    `comparison.difference` describes the method.

    Args:
        a: The baseline: one partition per seed.
        b: The run.
        metrics: Names among `clustering.PARTITION_METRICS`.
        paired: Compare replicate r of `b` with replicate r of `a`. Off by default, since all replicates have the same
            photos.
        n_resamples: Number of bootstrap resamples of the photos.
        confidence: Coverage of the intervals; 1 - confidence is the significance level.
        seed: Seed of the bootstrap.

    Returns:
        One verdict per metric, not corrected for the others.

    Raises:
        ConfigError: When there is no such metric.
        DataError: When the runs share fewer than two photos of known class, or a photo has different classes.
    """
    for metric in metrics:
        check_partition_metric(metric)
    if paired:
        check_pairable(a, b)
    a, b = _share_photos(a, b)
    both = [*a, *b]
    n = len(both[0])
    ones = np.ones((n, 1))
    whole = [partition_metrics(partition, ones, metrics) for partition in both]
    resampled = resampled_partition_metrics(both, metrics, n_resamples, np.random.default_rng(seed))
    return [
        metric_verdict(
            metric,
            Measured(np.array([values[metric][0] for values in whole]), resampled[metric], len(a)),
            n=n,
            items="photos",
            paired=bool(paired),
            confidence=confidence,
        )
        for metric in metrics
    ]


def _share_photos(a: Sequence[Partition], b: Sequence[Partition]) -> tuple[list[Partition], list[Partition]]:
    """Restrict both runs to the photos of known class that they share, in one order."""
    check_partitions(a)
    check_partitions(b)
    a, b = ([partition.labelled() for partition in run] for run in (a, b))
    check_same_labels([(a[0].ids, a[0].label)], [(b[0].ids, b[0].label)])
    (shared,) = shared_ids(a, b, "photo", "compare runs on the same data, with photos whose class is known")
    photos = [photo for photo in b[0].ids.tolist() if photo in shared]
    return [_select(partition, photos) for partition in a], [_select(partition, photos) for partition in b]


def _select(partition: Partition, photos: Sequence[str]) -> Partition:
    row_of = {photo: row for row, photo in enumerate(partition.ids.tolist())}
    rows = np.array([row_of[photo] for photo in photos])
    return Partition(partition.ids[rows], partition.label[rows], partition.cluster[rows])
