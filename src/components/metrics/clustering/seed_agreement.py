"""Agreement between clusterings that differ only in their seed."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from components.errors import DataError
from components.metrics.clustering.partition_metrics import partition_metrics
from components.metrics.statistics import (
    Estimate,
    Floats,
    block_size,
    mean_over_replicates,
    percentile_interval,
    replicate_weights,
    resample,
)
from components.results import Partition
from components.wording import counted


def ari_between_seeds(
    partitions: Sequence[Partition], *, n_resamples: int = 1000, confidence: float = 0.95, seed: int = 0
) -> Estimate:
    """Compute the mean ARI over all pairs of partitions: 1 when all are identical, 0 by chance.

    Its interval is a percentile bootstrap over photos and over partitions; a partition drawn twice does not form a pair
    with itself. Noise counts as one more cluster.

    Args:
        partitions: One per seed, at least two, of the same photos; their classes are ignored.
        n_resamples: Number of bootstrap resamples.
        confidence: Coverage of the interval.
        seed: Seed of the bootstrap.

    Returns:
        The estimate; its `values` are the mean ARI of each partition with the others.

    Raises:
        DataError: When there are fewer than two partitions.
    """
    count, n = len(partitions), len(partitions[0]) if partitions else 0
    if count < 2:
        raise DataError(
            f"{counted(count, 'partition')}: agreement between seeds needs at least two; set replicates to 2 or more"
        )
    pairs = list(combinations(range(count), 2))
    compared = [_with_clusters_as_classes(partitions[i], partitions[j]) for i, j in pairs]

    def measure(number: int, weights: Floats) -> Mapping[str, Floats]:
        return partition_metrics(compared[number], weights, ("ari",))

    whole = np.array([measure(number, np.ones((n, 1)))["ari"][0] for number in range(len(pairs))])
    photos_generator, partitions_generator = np.random.default_rng(seed).spawn(2)
    rows = [np.arange(n)] * len(pairs)
    resampled = resample(measure, rows, n, n_resamples, block_size(n), photos_generator)["ari"]
    drawn = replicate_weights(count, n_resamples, partitions_generator)
    both_drawn = np.stack([drawn[i] * drawn[j] for i, j in pairs])
    low, high = percentile_interval(mean_over_replicates(resampled, both_drawn), confidence)
    values = tuple(float(np.mean(whole[[number in pair for pair in pairs]])) for number in range(count))
    return Estimate(float(whole.mean()), low, high, n, values)


def _with_clusters_as_classes(reference: Partition, partition: Partition) -> Partition:
    """Return `partition` with the clusters of `reference` as its classes."""
    return Partition(reference.ids, reference.cluster.astype(str).astype(object), partition.cluster)
