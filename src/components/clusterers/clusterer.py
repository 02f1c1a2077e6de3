"""The interface of clusterers, what they need of the vectors, and functions on their labels."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError, DataError
from components.results import NOISE
from components.wording import counted

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

        Equal vectors are in the same cluster: of fewer distinct vectors than k there are fewer clusters.

        Args:
            vectors: (n, d).
            ks: Numbers of clusters.
            seeds: Seeds.

        Returns:
            (seeds, n_k, n) labels from 0; `NOISE` for vectors that are in no cluster.

        Raises:
            ConfigError: A number of clusters is below 1 or above n.
            DataError: The method needs more vectors.
        """
        ...


Own = TypeVar("Own")
Partitions = Callable[[Own, Floats, Sequence[int], Sequence[int]], Labels]
"""The method `partitions` of a class of clusterers."""


def check_ks(ks: Sequence[int], n: int) -> None:
    """Raise ConfigError if a number of clusters is below 1 or above the number of vectors n."""
    for k in ks:
        if not 1 <= k <= n:
            raise ConfigError(f"{k} clusters of {counted(n, 'photo')}: expected a number of clusters from 1 to {n}")


def check_enough(n: int, needed: int, what: str) -> None:
    """Raise DataError if there are fewer vectors than a clusterer needs.

    Args:
        n: Number of vectors.
        needed: Smallest number that the method works with.
        what: The method and the keys that the number comes from; the message begins with it.
    """
    if n < needed:
        raise DataError(f"{what}: needs at least {counted(needed, 'photo')}, there {'is' if n == 1 else 'are'} {n}")


def distinct_rows(vectors: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the distinct vectors.

    Args:
        vectors: (n, d).

    Returns:
        (m,) row of the first occurrence of each distinct vector, ascending; (n,) number of each vector among these.
    """
    numbers: dict[bytes, int] = {}
    rows: list[int] = []
    number_of = np.empty(len(vectors), dtype=np.int64)
    for row, vector in enumerate(np.ascontiguousarray(vectors) + 0.0):  # -0.0 becomes 0.0
        number = numbers.setdefault(vector.tobytes(), len(numbers))
        if number == len(rows):
            rows.append(row)
        number_of[row] = number
    return np.array(rows, dtype=np.int64), number_of


def equal_vectors_together(partitions: Partitions[Own]) -> Partitions[Own]:
    """Decorate the method `partitions` of a clusterer for given k, so that equal vectors are in the same cluster.

    For at least as many clusters as there are distinct vectors, each distinct vector is a cluster, and there are fewer
    clusters than asked for. Clusterers would otherwise spread equal vectors over several clusters by chance.
    """

    @functools.wraps(partitions)
    def together(self: Own, vectors: Floats, ks: Sequence[int], seeds: Sequence[int]) -> Labels:
        check_ks(ks, len(vectors))
        first, number_of = distinct_rows(vectors)
        found = np.empty((len(seeds), len(ks), len(vectors)), dtype=np.int64)
        clustered = [column for column, k in enumerate(ks) if k < len(first)]
        if clustered:
            labels = partitions(self, vectors, [ks[column] for column in clustered], seeds)
            found[:, clustered] = labels[..., first[number_of]]
        others = [column for column in range(len(ks)) if column not in set(clustered)]
        found[:, others] = number_of
        return found

    return together


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
