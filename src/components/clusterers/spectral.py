"""Spectral clustering by scikit-learn."""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from components.clusterers.clusterer import Floats, Labels, check_ks, equal_vectors_together

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Spectral:
    """Spectral clustering (Ng et al. 2001) of the nearest-neighbour graph.

    Attributes:
        n_neighbors: Number of neighbours that a photo is connected with; limited by the number of photos.
        assign_labels: Assignment of labels in the spectral embedding: `cluster_qr` (Damle et al. 2019), `kmeans` or
            `discretize`.
    """

    n_neighbors: int = 10
    assign_labels: Literal["kmeans", "discretize", "cluster_qr"] = "cluster_qr"
    finds_k: ClassVar[bool] = False
    seeded: ClassVar[bool] = True

    @equal_vectors_together
    def partitions(self, vectors: Floats, ks: Sequence[int], seeds: Sequence[int]) -> Labels:
        """Return (seeds, n_k, n) labels, from one graph; see `Clusterer.partitions`."""
        from scipy.sparse.csgraph import connected_components
        from sklearn.cluster import SpectralClustering
        from sklearn.neighbors import kneighbors_graph

        check_ks(ks, len(vectors))
        labels = np.zeros((len(seeds), len(ks), len(vectors)), dtype=np.int64)
        neighbours = min(self.n_neighbors, len(vectors) - 1)
        if neighbours < 1:
            return labels
        graph = kneighbors_graph(vectors, neighbours, include_self=True)
        graph = (graph + graph.T) * 0.5
        components = connected_components(graph, directed=False, return_labels=False)
        if components > 1:
            log.warning(
                "the graph of %d nearest neighbours has %d connected components, which spectral clustering separates "
                "first: increase clusterer.n_neighbors to connect them",
                neighbours,
                components,
            )
        for row, seed in enumerate(seeds):
            for column, k in enumerate(ks):
                if k > 1:
                    model = SpectralClustering(
                        k, affinity="precomputed", assign_labels=self.assign_labels, random_state=seed
                    )
                    with warnings.catch_warnings():  # the warning above has the same content
                        warnings.filterwarnings("ignore", "Graph is not fully connected", UserWarning)
                        labels[row, column] = model.fit_predict(graph)
        return labels
