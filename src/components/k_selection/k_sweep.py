"""The partitions of one set of vectors for k = 1, 2, ..., and quantities that several criteria need."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.clusterers import Clusterer, distinct_rows
from components.metrics import silhouettes

Vectors = NDArray[np.floating[Any]]
Floats = NDArray[np.float64]

NEGLIGIBLE = 1e-12
"""Sums of squares below this share of the squared lengths of the vectors are rounding errors of zero."""


@dataclass(frozen=True)
class KSweep:
    """Partitions of vectors for k = 1 .. k_max.

    Attributes:
        vectors: (n, d).
        clusterer: Clusterer of the partitions; some criteria use it to cluster other vectors too.
        labels: (k_max, n) int64 labels; row k - 1 is for k clusters.
        seed: Seed of the clusterings and of the criteria.
        seconds: Duration of the clusterings for all k.
        device: Device of distance computations.
        progress: Called with a text for each resample of a criterion that clusters again.
    """

    vectors: Vectors
    clusterer: Clusterer
    labels: NDArray[np.int64]
    seed: int
    seconds: float
    device: str = "cpu"
    progress: Callable[[str], None] = lambda _: None

    @classmethod
    def run(
        cls,
        vectors: Vectors,
        clusterer: Clusterer,
        k_max: int,
        *,
        seed: int = 0,
        device: str = "cpu",
        progress: Callable[[str], None] = lambda _: None,
    ) -> "KSweep":
        """Cluster the vectors into 1 .. k_max clusters, in one call of the clusterer.

        Args:
            vectors: (n, d).
            clusterer: Clusterer.
            k_max: Largest number of clusters.
            seed: Seed of the clusterings and of the criteria.
            device: Device of distance computations.
            progress: Called with a text for each resample of a criterion that clusters again.

        Raises:
            ConfigError: `k_max` is below 1 or above n.
        """
        began = time.perf_counter()
        labels = clusterer.partitions(vectors, range(1, k_max + 1), (seed,))[0]
        return cls(vectors, clusterer, labels, seed, time.perf_counter() - began, device, progress)

    @property
    def k_max(self) -> int:
        """Largest number of clusters."""
        return len(self.labels)

    @cached_property
    def distinct(self) -> int:
        """Number of distinct vectors: of these there can be no more clusters."""
        return len(distinct_rows(self.vectors)[0])

    @cached_property
    def within(self) -> Floats:
        """(k_max,) sum of squared distances between vectors and the means of their clusters."""
        return within_cluster_squares(self.vectors, self.labels)

    @cached_property
    def mean_silhouettes(self) -> Floats:
        """(k_max,) mean silhouette of each partition; NaN for a single cluster."""
        means = np.full(self.k_max, np.nan)
        if self.k_max > 1:
            means[1:] = silhouettes(self.vectors, self.labels[1:], device=self.device).mean(axis=1)
        return means


def within_cluster_squares(vectors: Vectors, labels: NDArray[np.int64]) -> Floats:
    """Compute the within-cluster sum of squares of several partitions with one matrix product.

    Args:
        vectors: (n, d).
        labels: (m, n) labels of m partitions.

    Returns:
        (m,) sum of squared distances between vectors and the means of their clusters.
    """
    exact = np.asarray(vectors, dtype=np.float64)
    rounding = NEGLIGIBLE * float(np.einsum("nd,nd->", exact, exact))
    exact = exact - exact.mean(axis=0)
    sizes = [int(row.max()) + 1 for row in labels]
    offsets = np.cumsum([0, *sizes[:-1]])
    members = np.zeros((sum(sizes), len(exact)))
    for row, offset in zip(labels, offsets, strict=True):
        members[offset + row, np.arange(len(exact))] = 1
    sums = members @ exact
    squares = np.einsum("kd,kd->k", sums, sums) / np.maximum(members.sum(axis=1), 1)
    total = float(np.einsum("nd,nd->", exact, exact))
    within: Floats = total - np.add.reduceat(squares, offsets)
    within[within < rounding] = 0
    return within
