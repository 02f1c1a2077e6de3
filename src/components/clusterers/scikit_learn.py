"""Clusterers that scikit-learn has and that are good as they are."""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from components.clusterers.clusterer import Floats, Labels, check_ks

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hdbscan:
    """HDBSCAN (Campello et al. 2013): dense regions are clusters, however many there are, and the rest is noise.

    Attributes:
        min_cluster_size: Photos that a cluster has at least.
        min_samples: Photos around one that make its place dense; None: `min_cluster_size`.
        method: How clusters are taken from the hierarchy: `eom` (most stable) or `leaf` (finest).
    """

    min_cluster_size: int = 15
    min_samples: int | None = None
    method: Literal["eom", "leaf"] = "eom"
    finds_k: ClassVar[bool] = True
    seeded: ClassVar[bool] = False

    def partitions(self, vectors: Floats, ks: Sequence[int], seeds: Sequence[int]) -> Labels:
        """(seeds, n_k, n) labels, the same for every k; see `components.clusterers.clusterer`."""
        from sklearn.cluster import HDBSCAN

        model = HDBSCAN(
            min_cluster_size=self.min_cluster_size,
            min_samples=self.min_samples,
            cluster_selection_method=self.method,
            copy=True,
        )
        labels = model.fit_predict(vectors).astype(np.int64)
        return np.broadcast_to(labels, (len(seeds), len(ks), len(vectors))).copy()


@dataclass(frozen=True)
class Spectral:
    """Spectral clustering (Ng et al. 2001) of the graph of nearest neighbours.

    Attributes:
        n_neighbors: Neighbours that a photo is joined with; fewer where there are fewer photos.
        assign_labels: How the spectrum is divided: `cluster_qr` (Damle et al. 2019), `kmeans` or `discretize`.
    """

    n_neighbors: int = 10
    assign_labels: Literal["kmeans", "discretize", "cluster_qr"] = "cluster_qr"
    finds_k: ClassVar[bool] = False
    seeded: ClassVar[bool] = True

    def partitions(self, vectors: Floats, ks: Sequence[int], seeds: Sequence[int]) -> Labels:
        """(seeds, n_k, n) labels, the graph made once; see `components.clusterers.clusterer`."""
        from scipy.sparse.csgraph import connected_components
        from sklearn.cluster import SpectralClustering
        from sklearn.neighbors import kneighbors_graph

        check_ks(ks, len(vectors))
        found = np.zeros((len(seeds), len(ks), len(vectors)), dtype=np.int64)
        neighbours = min(self.n_neighbors, len(vectors) - 1)
        if neighbours < 1:
            return found
        graph = kneighbors_graph(vectors, neighbours, include_self=True)
        graph = (graph + graph.T) * 0.5
        parts = connected_components(graph, directed=False, return_labels=False)
        if parts > 1:
            log.warning(
                "the graph of %d nearest neighbours falls into %d parts: spectral clustering divides along them first, "
                "clusterer.n_neighbors would join them",
                neighbours,
                parts,
            )
        for row, seed in enumerate(seeds):
            for column, k in enumerate(ks):
                if k > 1:
                    model = SpectralClustering(
                        k, affinity="precomputed", assign_labels=self.assign_labels, random_state=seed
                    )
                    with warnings.catch_warnings():  # said above, once
                        warnings.filterwarnings("ignore", "Graph is not fully connected", UserWarning)
                        found[row, column] = model.fit_predict(graph)
        return found


@dataclass(frozen=True)
class Mixture:
    """A mixture of Gaussians fitted by expectation maximisation; a photo goes to the likeliest.

    Attributes:
        covariance: Of each Gaussian: `diag`, `spherical`, `tied` or `full`; `full` wants many photos.
        n_init: Restarts, of which the likeliest is kept.
        floor: Added to variances.
        max_iter: Iterations at most.
    """

    covariance: Literal["diag", "spherical", "tied", "full"] = "diag"
    n_init: int = 3
    floor: float = 1e-6
    max_iter: int = 200
    finds_k: ClassVar[bool] = False
    seeded: ClassVar[bool] = True

    def partitions(self, vectors: Floats, ks: Sequence[int], seeds: Sequence[int]) -> Labels:
        """(seeds, n_k, n) labels; see `components.clusterers.clusterer`."""
        from sklearn.mixture import GaussianMixture

        check_ks(ks, len(vectors))
        exact = np.asarray(vectors, dtype=np.float64)
        found = np.zeros((len(seeds), len(ks), len(vectors)), dtype=np.int64)
        for row, seed in enumerate(seeds):
            for column, k in enumerate(ks):
                model = GaussianMixture(
                    k,
                    covariance_type=self.covariance,
                    n_init=self.n_init,
                    reg_covar=self.floor,
                    max_iter=self.max_iter,
                    random_state=seed,
                )
                found[row, column] = model.fit_predict(exact)
        return found
