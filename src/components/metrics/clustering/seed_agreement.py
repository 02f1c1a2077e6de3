"""How far clusterings that differ by their seed agree with one another."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from components.errors import DataError
from components.metrics.clustering.clustering import partition_metrics
from components.metrics.statistics.bootstrap import (
    mean_over_replicates,
    percentile_interval,
    photo_weights,
    replicate_weights,
)
from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.resampling import BLOCK_ELEMENTS
from components.metrics.statistics.weighted import Floats
from components.results import Partition


def ari_between_seeds(
    partitions: Sequence[Partition], *, n_resamples: int = 1000, confidence: float = 0.95, seed: int = 0
) -> Estimate:
    """Mean ARI of all pairs of partitions: 1 where every seed divides the photos alike, 0 by chance.

    Its interval is a percentile bootstrap over photos and over partitions; a partition that was drawn twice is no
    pair. Noise is one group more.

    Args:
        partitions: One a seed, two at least, of the same photos; their classes do not matter.
        n_resamples: Draws of the bootstrap.
        confidence: Coverage aimed at.
        seed: Of the bootstrap.

    Returns:
        The estimate; its `values` are of each partition the mean ARI with the others.

    Raises:
        DataError: There is only one partition.
    """
    count, n = len(partitions), len(partitions[0]) if partitions else 0
    if count < 2:
        raise DataError(f"{count} partition: whether seeds agree is seen from two on, set replicates")
    pairs = list(combinations(range(count), 2))
    beside = [_beside(partitions[one], partitions[other]) for one, other in pairs]
    whole = np.array([_ari(one, np.ones((n, 1)))[0] for one in beside])
    for_photos, for_partitions = np.random.default_rng(seed).spawn(2)
    blocks = photo_weights(n, n_resamples, max(1, BLOCK_ELEMENTS // n), for_photos)
    resampled = np.concatenate([np.stack([_ari(one, weights) for one in beside]) for weights in blocks], axis=1)
    drawn = replicate_weights(count, n_resamples, for_partitions)
    both_drawn = np.stack([drawn[one] * drawn[other] for one, other in pairs])
    low, high = percentile_interval(mean_over_replicates(resampled, both_drawn), confidence)
    values = tuple(float(np.mean(whole[[at in pair for pair in pairs]])) for at in range(count))
    return Estimate(float(whole.mean()), low, high, n, values)


def _beside(one: Partition, other: Partition) -> Partition:
    """A partition with the clusters of another as its classes."""
    return Partition(one.ids, one.cluster.astype(str).astype(object), other.cluster)


def _ari(partition: Partition, weights: Floats) -> Floats:
    return partition_metrics(partition, weights, ("ari",))["ari"]
