"""HDBSCAN by scikit-learn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from components.clusterers.clusterer import Floats, Labels, check_enough
from components.errors import ConfigError


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
        """Return (seeds, n_k, n) labels, the same for every k and seed; see `Clusterer.partitions`.

        Raises:
            ConfigError: `min_cluster_size` is below 2, or `min_samples` below 1.
            DataError: There are fewer photos than `min_samples`.
        """
        from sklearn.cluster import HDBSCAN

        if self.min_cluster_size < 2:
            raise ConfigError(f"clusterer.min_cluster_size={self.min_cluster_size}: expected at least 2")
        if self.min_samples is not None and self.min_samples < 1:
            raise ConfigError(f"clusterer.min_samples={self.min_samples}: expected at least 1, or null")
        needed = self.min_cluster_size if self.min_samples is None else self.min_samples
        key = f"min_cluster_size={needed}" if self.min_samples is None else f"min_samples={needed}"
        check_enough(len(vectors), max(2, needed), f"clusterer=hdbscan clusterer.{key}")
        model = HDBSCAN(
            min_cluster_size=self.min_cluster_size,
            min_samples=self.min_samples,
            cluster_selection_method=self.method,
            copy=True,
        )
        labels = model.fit_predict(vectors).astype(np.int64)
        return np.broadcast_to(labels, (len(seeds), len(ks), len(vectors))).copy()
