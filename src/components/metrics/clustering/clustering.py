"""How well clusters are the classes, with intervals, from the partitions of one or several seeds."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.special import gammaln, xlogy

from components.errors import ConfigError, DataError
from components.metrics.clustering.contingency import NOISE_NAME, cells_of
from components.metrics.comparison.metric_registry import nearest
from components.metrics.statistics.bootstrap import (
    mean_over_replicates,
    percentile_interval,
    photo_weights,
    replicate_weights,
)
from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.resampling import BLOCK_ELEMENTS
from components.metrics.statistics.weighted import Floats, ratio, weighted_sums
from components.results import Partition

METRICS = ("ari", "homogeneity", "completeness", "v_measure", "ami", "rand", "matched_accuracy")
"""Of a partition against classes, the one to judge by first; of all of them more is better."""

FEW_PHOTOS, MANY_CLUSTERS = 1000, 10
"""scikit-learn's guide: below so many photos, or above so many clusters, measures without a correction for chance
reward mere numbers of clusters."""


NO_ROOM = 1e-12
"""Between the information by chance and the most there can be: less is none."""


def clustering_metrics(
    partitions: Sequence[Partition],
    of_photos: Sequence[Mapping[str, Floats]] = (),
    *,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Measure partitions of the same photos that differ by their seed.

    A value is the mean over the partitions. Its interval is a percentile bootstrap over photos, the partitions
    being what they are, and over the partitions where there are several. Pairs (of Rand and ARI) are pairs of
    distinct photos in every resample: a photo that was drawn twice is no pair. Photos of no class are left out of
    the measures against classes; noise is one group more, which no class is matched with.

    Args:
        partitions: One a seed, of the same photos.
        of_photos: For each partition, numbers by photo whose mean is a metric: silhouettes; NaN where undefined.
        n_resamples: Draws of the bootstrap.
        confidence: Coverage aimed at.
        seed: Of the bootstrap.

    Returns:
        By name: `METRICS` where classes are known (ARI: Hubert & Arabie 1985; homogeneity, completeness and V:
        Rosenberg & Hirschberg 2007; AMI: Vinh et al. 2010, arithmetic mean; matched accuracy: share of photos in
        the cluster that is matched with their class), and those of `of_photos`.

    Raises:
        DataError: When there are no partitions or their photos differ.
    """
    check_partitions(partitions)
    for_photos, for_partitions = np.random.default_rng(seed).spawn(2)
    drawn = replicate_weights(len(partitions), n_resamples, for_partitions)
    known = partitions[0].label != ""
    found: dict[str, Estimate] = {}
    if known.any():
        labelled = [one.take(known) for one in partitions]
        once = np.ones((int(known.sum()), 1))
        whole = [partition_metrics(one, once, METRICS) for one in labelled]
        resampled = resampled_metrics(labelled, METRICS, n_resamples, for_photos)
        for name in METRICS:
            values = tuple(float(one[name][0]) for one in whole)
            low, high = percentile_interval(mean_over_replicates(resampled[name], drawn), confidence)
            found[name] = Estimate(_mean(values), low, high, len(once), values)
    if of_photos:
        block = max(1, BLOCK_ELEMENTS // len(partitions[0]))
        weights = list(photo_weights(len(partitions[0]), n_resamples, block, np.random.default_rng(seed)))
        for name in of_photos[0]:
            columns = np.stack([one[name] for one in of_photos])
            defined = np.isfinite(columns)
            filled = np.where(defined, columns, 0.0)
            means = np.concatenate(
                [ratio(filled @ one, defined.astype(float) @ one, np.nan) for one in weights], axis=1
            )
            values = tuple(ratio(filled.sum(axis=1), defined.sum(axis=1), np.nan).tolist())
            low, high = percentile_interval(mean_over_replicates(means, drawn), confidence)
            found[name] = Estimate(_mean(values), low, high, int(defined.any(axis=0).sum()), values)
    return found


def chance_warning(partition: Partition) -> str | None:
    """What must be said of the unadjusted measures of this partition, if anything."""
    n, k = int((partition.label != "").sum()), len(partition.clusters)
    reasons = [f"{n:,} photos are fewer than {FEW_PHOTOS:,}"] if n < FEW_PHOTOS else []
    reasons += [f"{k} clusters are more than {MANY_CLUSTERS}"] if k > MANY_CLUSTERS else []
    if not n or not reasons:
        return None
    return (
        f"{' and '.join(reasons)}: homogeneity, completeness, V and Rand are not adjusted for chance and flatter here; "
        "judge by ARI and AMI"
    )


def check_partition_metric(metric: str) -> None:
    """Raise ConfigError, with the nearest name, when partitions have no such metric."""
    if metric not in METRICS:
        raise ConfigError(f"There is no metric {metric!r}.{nearest(metric, METRICS)} Metrics: {', '.join(METRICS)}")


def check_partitions(partitions: Sequence[Partition]) -> None:
    """Raise DataError when there are no partitions, no photos, or other photos in one than in the first."""
    if not partitions or not len(partitions[0]):
        raise DataError("no partition to measure: there must be one at least, of one photo at least")
    for number, one in enumerate(partitions):
        if one.ids.tolist() != partitions[0].ids.tolist() or one.label.tolist() != partitions[0].label.tolist():
            raise DataError(f"partition {number} is of other photos or classes than partition 0")


def resampled_metrics(
    partitions: Sequence[Partition], metrics: Sequence[str], n_resamples: int, generator: np.random.Generator
) -> dict[str, Floats]:
    """(R, B) each metric of each partition in the same resamples of photos, all of which have a class."""
    n = len(partitions[0])
    block = max(1, BLOCK_ELEMENTS // n)
    parts: dict[str, list[Floats]] = {name: [] for name in metrics}
    for weights in photo_weights(n, n_resamples, block, generator):
        found = [partition_metrics(one, weights, metrics) for one in partitions]
        for name in metrics:
            parts[name].append(np.stack([one[name] for one in found]))
    return {name: np.concatenate(blocks, axis=1) for name, blocks in parts.items()}


def partition_metrics(partition: Partition, weights: Floats, metrics: Sequence[str]) -> dict[str, Floats]:
    """(B,) each of the metrics for the (n, B) counts of photos, all of which have a class."""
    classes, clusters, cells = cells_of(partition)
    shape = (len(classes), len(clusters), weights.shape[1])
    counts = weighted_sums(cells, shape[0] * shape[1], weights).reshape(shape)
    found: dict[str, Floats] = {}
    if not {"ari", "rand"}.isdisjoint(metrics):
        found |= pair_metrics(counts, weighted_sums(cells, shape[0] * shape[1], weights**2).reshape(shape))
    if not {"homogeneity", "completeness", "v_measure", "ami"}.isdisjoint(metrics):
        found |= information_metrics(counts, "ami" in metrics)
    if "matched_accuracy" in metrics:
        found["matched_accuracy"] = matched_accuracy(counts[:, :-1] if clusters[-1] == NOISE_NAME else counts, counts)
    return {name: found[name] for name in metrics}


def pair_metrics(counts: Floats, squares: Floats) -> dict[str, Floats]:
    """Rand index and ARI from (C, K, B) counts and the sums of squared counts of single photos."""
    same = (counts**2 - squares).sum(axis=(0, 1))
    by_class = (counts.sum(axis=1) ** 2 - squares.sum(axis=1)).sum(axis=0)
    by_cluster = (counts.sum(axis=0) ** 2 - squares.sum(axis=0)).sum(axis=0)
    pairs = counts.sum(axis=(0, 1)) ** 2 - squares.sum(axis=(0, 1))
    expected = ratio(by_class * by_cluster, pairs, 0.0)
    return {
        "rand": ratio(pairs + 2 * same - by_class - by_cluster, pairs, 1.0),
        "ari": ratio(same - expected, (by_class + by_cluster) / 2 - expected, 1.0),
    }


def information_metrics(counts: Floats, adjusted: bool) -> dict[str, Floats]:
    """Homogeneity, completeness, V and, where asked for, AMI from (C, K, B) counts."""
    n = counts.sum(axis=(0, 1))
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    log_n = np.log(n)
    of_classes = log_n - xlogy(rows, rows).sum(axis=0) / n
    of_clusters = log_n - xlogy(columns, columns).sum(axis=0) / n
    joint = log_n - xlogy(counts, counts).sum(axis=(0, 1)) / n
    mutual = np.maximum(of_classes + of_clusters - joint, 0)
    homogeneity = np.where(of_classes > 1e-12, ratio(mutual, of_classes, 1.0), 1.0)
    completeness = np.where(of_clusters > 1e-12, ratio(mutual, of_clusters, 1.0), 1.0)
    total = homogeneity + completeness
    found = {
        "homogeneity": homogeneity,
        "completeness": completeness,
        "v_measure": ratio(2 * homogeneity * completeness, total, 0.0),
    }
    if adjusted:
        by_chance = np.array([expected_information(a, b) for a, b in zip(rows.T, columns.T, strict=True)])
        room = (of_classes + of_clusters) / 2 - by_chance
        none = np.abs(room) < NO_ROOM  # one class and one cluster, or every photo alone in both
        found["ami"] = np.where(none, 1.0, ratio(mutual - by_chance, room, 1.0))
    return found


def expected_information(rows: Floats, columns: Floats) -> float:
    """Mean mutual information of unrelated partitions with these sizes (Vinh et al. 2010).

    The count of a cell is hypergeometric; the sum runs over every count that a cell can have.
    """
    rows, columns = rows[rows > 0], columns[columns > 0]
    n = float(rows.sum())
    a, b = (one.ravel() for one in np.broadcast_arrays(rows[:, None], columns[None, :]))
    least, most = np.maximum(1, a + b - n), np.minimum(a, b)
    lengths = (most - least + 1).astype(np.int64)
    cell = np.repeat(np.arange(len(a)), lengths)
    count = np.arange(len(cell)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + np.repeat(least, lengths)
    logs = _log_factorials(int(n))
    a_, b_ = a[cell], b[cell]

    def log_factorial(numbers: Floats) -> Floats:
        return logs[numbers.astype(np.int64)]

    chance = np.exp(
        (log_factorial(a) + log_factorial(b) + log_factorial(n - a) + log_factorial(n - b) - logs[int(n)])[cell]
        - log_factorial(count) - log_factorial(a_ - count) - log_factorial(b_ - count)
        - log_factorial(n - a_ - b_ + count)
    )  # fmt: skip
    return float((count / n * np.log(n * count / (a_ * b_)) * chance).sum())


_factorials: NDArray[np.float64] = np.zeros(0)


def _log_factorials(n: int) -> NDArray[np.float64]:
    """Log 0!, log 1!, ... log n!, kept from call to call."""
    global _factorials  # noqa: PLW0603
    if len(_factorials) <= n:
        _factorials = gammaln(np.arange(n + 1) + 1.0)
    return _factorials


def matched_accuracy(matchable: Floats, counts: Floats) -> Floats:
    """(B,) share of the photos that lie in the cluster matched one to one with their class."""
    right = np.empty(counts.shape[2])
    for resample in range(counts.shape[2]):
        table = matchable[:, :, resample]
        right[resample] = table[linear_sum_assignment(table, maximize=True)].sum()
    return ratio(right, counts.sum(axis=(0, 1)), np.nan)


def _mean(values: Sequence[float]) -> float:
    defined = [one for one in values if not math.isnan(one)]
    return math.fsum(defined) / len(defined) if defined else math.nan
