"""Agglomerative clustering: one tree, cut for every number of clusters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from components.clusterers.clusterer import Floats, Labels, check_ks, equal_vectors_together
from components.clusterers.linkage import Linkage, Metric, Tree, cut_tree, linkage_tree


@dataclass(frozen=True)
class Agglomerative:
    """Agglomerative clustering with Ward, average or complete linkage.

    Attributes:
        linkage: ward, average or complete.
        metric: euclidean or cosine; ward needs euclidean.
    """

    linkage: Linkage = "ward"
    metric: Metric = "euclidean"
    finds_k: ClassVar[bool] = False
    seeded: ClassVar[bool] = False

    @equal_vectors_together
    def partitions(self, vectors: Floats, ks: Sequence[int], seeds: Sequence[int]) -> Labels:
        """Return (seeds, n_k, n) labels, from one tree; see `Clusterer.partitions`."""
        check_ks(ks, len(vectors))
        labels = cut_tree(self.tree(vectors), ks) if len(vectors) > 1 else np.zeros((len(ks), 1), dtype=np.int64)
        return np.broadcast_to(labels, (len(seeds), *labels.shape)).copy()

    def tree(self, vectors: Floats) -> Tree:
        """Return the tree that is cut, in SciPy's linkage format, for example for a dendrogram."""
        return linkage_tree(vectors, self.linkage, self.metric)
