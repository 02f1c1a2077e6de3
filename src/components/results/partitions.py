"""The result of a clustering."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NOISE = -1
"""Cluster number of photos that are in no cluster."""


@dataclass(frozen=True)
class Partition:
    """n photos with their class and their cluster.

    Attributes:
        ids: (n,) str objects, the photo's path in its manifest; unique.
        label: (n,) str objects, its class; "" where unknown.
        cluster: (n,) int64, its cluster from 0, or `NOISE`.
    """

    ids: NDArray[np.object_]
    label: NDArray[np.object_]
    cluster: NDArray[np.int64]

    def __post_init__(self) -> None:
        for name, column in (("label", self.label), ("cluster", self.cluster)):
            if column.shape != self.ids.shape:
                raise ValueError(f"Partition.{name} has shape {column.shape}, expected {self.ids.shape}")
        if self.cluster.size and self.cluster.min() < NOISE:
            raise ValueError(f"Partition.cluster contains {self.cluster.min()}, expected numbers from -1 (noise)")
        if len(set(self.ids.tolist())) != len(self.ids):
            raise ValueError("Partition.ids contains a photo twice")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def clusters(self) -> tuple[int, ...]:
        """Numbers of the clusters that have photos, in ascending order, without noise."""
        return tuple(int(number) for number in np.unique(self.cluster[self.cluster != NOISE]))

    @property
    def noise(self) -> int:
        """Number of photos that are in no cluster."""
        return int((self.cluster == NOISE).sum())

    def labelled(self) -> "Partition":
        """Return the photos whose class is known."""
        return self.take(self.label != "")

    def take(self, mask: NDArray[np.bool_]) -> "Partition":
        """Return the photos selected by an (n,) mask."""
        return Partition(self.ids[mask], self.label[mask], self.cluster[mask])
