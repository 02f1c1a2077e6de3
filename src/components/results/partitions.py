"""What clusterings give and what their metrics, figures and comparisons read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NOISE = -1
"""The cluster of a photo that is in none."""


@dataclass(frozen=True)
class Partition:
    """n photos divided into clusters, beside what they are.

    Attributes:
        ids: (n,) str objects, the photo's path in its manifest.
        label: (n,) str objects, its class; "" where that is not known.
        cluster: (n,) int64 from 0, or `NOISE`.
    """

    ids: NDArray[np.object_]
    label: NDArray[np.object_]
    cluster: NDArray[np.int64]

    def __post_init__(self) -> None:
        for name, column in (("label", self.label), ("cluster", self.cluster)):
            if column.shape != self.ids.shape:
                raise ValueError(f"Partition.{name} has shape {column.shape}, expected {self.ids.shape}")
        if self.cluster.size and self.cluster.min() < NOISE:
            raise ValueError("Partition.cluster holds numbers below -1")
        if len(set(self.ids.tolist())) != len(self.ids):
            raise ValueError("Partition.ids holds a photo twice")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def clusters(self) -> tuple[int, ...]:
        """Numbers of the clusters that have photos, without noise."""
        return tuple(int(one) for one in np.unique(self.cluster[self.cluster != NOISE]))

    @property
    def noise(self) -> int:
        """How many photos are in no cluster."""
        return int((self.cluster == NOISE).sum())

    def labelled(self) -> "Partition":
        """The photos whose class is known."""
        return self.take(self.label != "")

    def take(self, rows: NDArray[np.bool_]) -> "Partition":
        """The photos of a mask."""
        return Partition(self.ids[rows], self.label[rows], self.cluster[rows])
