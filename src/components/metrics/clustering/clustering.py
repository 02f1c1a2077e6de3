"""Clustering metrics with confidence intervals, from the partitions of one or several seeds."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from components.errors import DataError
from components.metrics.clustering.partition_metrics import (
    PARTITION_METRICS,
    partition_metrics,
    resampled_partition_metrics,
)
from components.metrics.statistics import (
    Estimate,
    Floats,
    block_size,
    bootstrap_weights,
    interval,
    ratio,
)
from components.results import Partition
from components.wording import counted

MIN_PHOTOS, MAX_CLUSTERS = 1000, 10
"""scikit-learn's user guide: with fewer photos or more clusters, metrics that are not adjusted for chance increase with
the number of clusters."""


def clustering_metrics(
    partitions: Sequence[Partition],
    per_photo: Sequence[Mapping[str, Floats]] = (),
    *,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Compute metrics of partitions of the same photos that differ in their seed.

    A value is the mean over the partitions. Its interval is that of `statistics.intervals`: from a bootstrap over
    photos, with the partitions fixed, and from the variance of the partitions when there are several. The pairs of Rand
    index and ARI are pairs of distinct photos in every resample: a photo drawn twice does not form a pair with itself.
    Photos without a class are ignored by the metrics against classes; noise counts as one more cluster, which is
    matched with no class.

    Args:
        partitions: One per seed, of the same photos.
        per_photo: For each partition, (n,) values by metric name, whose means over photos are metrics too
            (silhouettes); NaN where undefined.
        n_resamples: Number of bootstrap resamples.
        confidence: Coverage of the intervals.
        seed: Seed of the bootstrap.

    Returns:
        Estimates by name: `PARTITION_METRICS` where classes are known (ARI: Hubert & Arabie 1985; homogeneity,
        completeness and V-measure: Rosenberg & Hirschberg 2007; AMI: Vinh et al. 2010, arithmetic mean; matched
        accuracy: proportion of photos in the cluster that is matched with their class), and those of `per_photo`.

    Raises:
        DataError: When there are no partitions or their photos differ.
    """
    check_partitions(partitions)
    (photos_generator,) = np.random.default_rng(seed).spawn(1)
    labelled = partitions[0].label != ""
    found: dict[str, Estimate] = {}
    if labelled.any():
        measured = [partition.take(labelled) for partition in partitions]
        ones = np.ones((int(labelled.sum()), 1))
        whole = [partition_metrics(partition, ones, PARTITION_METRICS) for partition in measured]
        resampled = resampled_partition_metrics(measured, PARTITION_METRICS, n_resamples, photos_generator)
        for name in PARTITION_METRICS:
            values = tuple(float(metrics[name][0]) for metrics in whole)
            low, high = interval(name, np.array(values), resampled[name], len(ones), confidence)
            found[name] = Estimate(_mean(values), low, high, len(ones), values)
    if per_photo:
        n = len(partitions[0])
        blocks = list(bootstrap_weights(n, n_resamples, block_size(n), np.random.default_rng(seed)))
        for name in per_photo[0]:
            columns = np.stack([values_by_name[name] for values_by_name in per_photo])
            defined = np.isfinite(columns)
            filled = np.where(defined, columns, 0.0)
            means = np.concatenate(
                [ratio(filled @ weights, defined.astype(float) @ weights, np.nan) for weights in blocks], axis=1
            )
            values = tuple(ratio(filled.sum(axis=1), defined.sum(axis=1), np.nan).tolist())
            low, high = interval(name, np.array(values), means, n, confidence)
            found[name] = Estimate(_mean(values), low, high, int(defined.any(axis=0).sum()), values)
    return found


def chance_warning(partition: Partition) -> str | None:
    """Return a warning when metrics that are not adjusted for chance are misleading for this partition, else None."""
    n, k = int((partition.label != "").sum()), len(partition.clusters)
    reasons = [f"{counted(n, 'photo')} are fewer than {MIN_PHOTOS:,}"] if n < MIN_PHOTOS else []
    reasons += [f"{k} clusters are more than {MAX_CLUSTERS}"] if k > MAX_CLUSTERS else []
    if not n or not reasons:
        return None
    return (
        f"{' and '.join(reasons)}: homogeneity, completeness, V-measure and Rand index are not adjusted for chance and "
        "are too optimistic here; judge by ARI and AMI"
    )


def check_partitions(partitions: Sequence[Partition]) -> None:
    """Raise DataError when there are no partitions or no photos, or the photos or classes differ between partitions."""
    if not partitions or not len(partitions[0]):
        raise DataError("no partition to measure: give at least one, with at least one photo")
    first = partitions[0]
    for number, partition in enumerate(partitions):
        if partition.ids.tolist() != first.ids.tolist() or partition.label.tolist() != first.label.tolist():
            raise DataError(f"partition {number} has other photos or classes than partition 0")


def _mean(values: Sequence[float]) -> float:
    defined = [value for value in values if not math.isnan(value)]
    return math.fsum(defined) / len(defined) if defined else math.nan
