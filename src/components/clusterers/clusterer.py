"""What a clusterer gives: partitions of the same vectors for every k and seed, in one call."""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError
from components.results import NOISE

Floats = NDArray[np.floating[Any]]
Labels = NDArray[np.int64]


class Clusterer(Protocol):
    """Divides vectors into clusters. Its `repr` names everything that determines the result.

    Attributes:
        finds_k: Whether it finds the number of clusters itself; then every k has the same partition.
        seeded: Whether a seed changes the result; without, every seed has the same partition.
    """

    finds_k: ClassVar[bool]
    seeded: ClassVar[bool]

    def partitions(self, vectors: Floats, ks: Sequence[int], seeds: Sequence[int]) -> Labels:
        """Cluster (n, d) vectors: (seeds, n_k, n) labels from 0, `NOISE` where a vector is in no cluster.

        Raises ConfigError when a k is below 1 or above n.
        """
        ...


def check_ks(ks: Sequence[int], n: int) -> None:
    """Raise ConfigError when a number of clusters cannot be had from n vectors."""
    for k in ks:
        if not 1 <= k <= n:
            raise ConfigError(f"{k} clusters of {n} photos: expected a number from 1 to {n}")


def by_size(labels: Labels) -> Labels:
    """The same clusters numbered by their size, the largest 0; of equal ones the one that begins first; noise stays."""
    names, first, counts = np.unique(labels[labels != NOISE], return_index=True, return_counts=True)
    order = names[np.lexsort((first, -counts))]
    number = {int(name): place for place, name in enumerate(order)} | {NOISE: NOISE}
    return np.array([number[int(one)] for one in labels], dtype=np.int64)
