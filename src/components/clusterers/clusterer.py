"""The interface of clusterers, and functions on their labels."""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError
from components.results import NOISE

Floats = NDArray[np.floating[Any]]
Labels = NDArray[np.int64]


class Clusterer(Protocol):
    """Partitions vectors into clusters. Its `repr` must contain everything that determines the result.

    Attributes:
        finds_k: Whether the method determines the number of clusters itself; all k then have the same partition.
        seeded: Whether the seed changes the result; if not, all seeds have the same partition.
    """

    finds_k: ClassVar[bool]
    seeded: ClassVar[bool]

    def partitions(self, vectors: Floats, ks: Sequence[int], seeds: Sequence[int]) -> Labels:
        """Cluster vectors for every number of clusters and every seed.

        Args:
            vectors: (n, d).
            ks: Numbers of clusters.
            seeds: Seeds.

        Returns:
            (seeds, n_k, n) labels from 0; `NOISE` for vectors that are in no cluster.

        Raises:
            ConfigError: A number of clusters is below 1 or above n.
        """
        ...


def check_ks(ks: Sequence[int], n: int) -> None:
    """Raise ConfigError if a number of clusters is below 1 or above the number of vectors n."""
    for k in ks:
        if not 1 <= k <= n:
            raise ConfigError(f"{k} clusters of {n} photos: expected a number of clusters from 1 to {n}")


def relabel_by_size(labels: Labels) -> Labels:
    """Renumber clusters by decreasing size from 0; among equal sizes the cluster of the earliest vector comes first.

    Args:
        labels: (n,) labels; `NOISE` is unchanged.

    Returns:
        (n,) new labels of the same partition.
    """
    names, first, counts = np.unique(labels[labels != NOISE], return_index=True, return_counts=True)
    order = names[np.lexsort((first, -counts))]
    new_labels = {int(name): number for number, name in enumerate(order)} | {NOISE: NOISE}
    return np.array([new_labels[int(label)] for label in labels], dtype=np.int64)
