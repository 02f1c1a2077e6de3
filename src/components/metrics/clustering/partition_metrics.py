"""Metrics of one partition against classes, for all resamples at once."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from components.metrics.clustering.contingency import NOISE_NAME, cells_of
from components.metrics.clustering.information import information_metrics
from components.metrics.statistics import Floats, block_size, check_metric_name, ratio, resample, weighted_sums
from components.results import Partition

PARTITION_METRICS = ("ari", "homogeneity", "completeness", "v_measure", "ami", "rand", "matched_accuracy")
"""Metrics of a partition against classes, the main one first; for all of them, higher is better."""


def check_partition_metric(metric: str) -> None:
    """Raise ConfigError, with the closest name, when partitions have no such metric."""
    check_metric_name(metric, PARTITION_METRICS)


def partition_metrics(partition: Partition, weights: Floats, metrics: Sequence[str]) -> dict[str, Floats]:
    """Compute some of `PARTITION_METRICS`.

    Args:
        partition: Of n photos, all with a class.
        weights: (n, B) counts; see `components.metrics.statistics.weighted`.
        metrics: Names of the metrics to compute.

    Returns:
        (B,) each.
    """
    classes, clusters, cells = cells_of(partition)
    shape = (len(classes), len(clusters), weights.shape[1])
    counts = weighted_sums(cells, shape[0] * shape[1], weights).reshape(shape)
    found: dict[str, Floats] = {}
    if not {"ari", "rand"}.isdisjoint(metrics):
        found |= rand_metrics(counts, weighted_sums(cells, shape[0] * shape[1], weights**2).reshape(shape))
    if not {"homogeneity", "completeness", "v_measure", "ami"}.isdisjoint(metrics):
        found |= information_metrics(counts, adjusted="ami" in metrics)
    if "matched_accuracy" in metrics:
        found["matched_accuracy"] = matched_accuracy(counts[:, :-1] if clusters[-1] == NOISE_NAME else counts, counts)
    return {name: found[name] for name in metrics}


def resampled_partition_metrics(
    partitions: Sequence[Partition], metrics: Sequence[str], n_resamples: int, generator: np.random.Generator
) -> dict[str, Floats]:
    """Compute metrics of partitions in bootstrap resamples of photos that all partitions share.

    Args:
        partitions: R partitions of the same n photos, all with a class.
        metrics: Names among `PARTITION_METRICS`.
        n_resamples: Number of resamples B.
        generator: Source of randomness.

    Returns:
        By metric, (R, B) values.
    """
    n = len(partitions[0])

    def measure(number: int, weights: Floats) -> Mapping[str, Floats]:
        return partition_metrics(partitions[number], weights, metrics)

    return resample(measure, [np.arange(n)] * len(partitions), n, n_resamples, block_size(n), generator)


def rand_metrics(counts: Floats, squares: Floats) -> dict[str, Floats]:
    """Compute Rand index and ARI.

    Args:
        counts: (C, K, B) photos of each class in each cluster.
        squares: (C, K, B) sums over photos of their squared counts, to leave out pairs of a photo with itself.
    """
    same_both = (counts**2 - squares).sum(axis=(0, 1))
    same_class = (counts.sum(axis=1) ** 2 - squares.sum(axis=1)).sum(axis=0)
    same_cluster = (counts.sum(axis=0) ** 2 - squares.sum(axis=0)).sum(axis=0)
    pairs = counts.sum(axis=(0, 1)) ** 2 - squares.sum(axis=(0, 1))
    expected = ratio(same_class * same_cluster, pairs, 0.0)
    return {
        "rand": ratio(pairs + 2 * same_both - same_class - same_cluster, pairs, 1.0),
        "ari": ratio(same_both - expected, (same_class + same_cluster) / 2 - expected, 1.0),
    }


def matched_accuracy(matchable: Floats, counts: Floats) -> Floats:
    """Compute the proportion of photos in the cluster that is matched one-to-one with their class.

    Args:
        matchable: (C, K, B) photos of each class in each cluster that may be matched.
        counts: (C, K', B) the same with the noise.

    Returns:
        (B,) proportions; NaN for a resample without photos.
    """
    agreeing = np.empty(counts.shape[2])
    for resample_number in range(counts.shape[2]):
        table = matchable[:, :, resample_number]
        agreeing[resample_number] = table[linear_sum_assignment(table, maximize=True)].sum()
    return ratio(agreeing, counts.sum(axis=(0, 1)), np.nan)
