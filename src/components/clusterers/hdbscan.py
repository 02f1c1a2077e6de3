"""HDBSCAN by scikit-learn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from components.clusterers.clusterer import Floats, Labels


@dataclass(frozen=True)
class Hdbscan:
    """HDBSCAN (Campello et al. 2013): dense regions are clusters, all other vectors are noise.

    Attributes:
        min_cluster_size: Smallest number of photos in a cluster.
        min_samples: Number of photos in the neighbourhood of a core point; None for `min_cluster_size`.
        method: Selection of clusters from the hierarchy: `eom` (most stable) or `leaf` (finest).
    """

    min_cluster_size: int = 15
    min_samples: int | None = None
    method: Literal["eom", "leaf"] = "eom"
    finds_k: ClassVar[bool] = True
    seeded: ClassVar[bool] = False

    def partitions(self, vectors: Floats, ks: Sequence[int], seeds: Sequence[int]) -> Labels:
        """Return (seeds, n_k, n) labels, the same for every k and seed; see `Clusterer.partitions`."""
        from sklearn.cluster import HDBSCAN

        model = HDBSCAN(
            min_cluster_size=self.min_cluster_size,
            min_samples=self.min_samples,
            cluster_selection_method=self.method,
            copy=True,
        )
        labels = model.fit_predict(vectors).astype(np.int64)
        return np.broadcast_to(labels, (len(seeds), len(ks), len(vectors))).copy()
