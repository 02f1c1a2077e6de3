"""Clusterers: partitions of vectors for several numbers of clusters and seeds in one call."""

from components.clusterers.agglomerative import Agglomerative
from components.clusterers.clusterer import Clusterer, check_ks, distinct_rows, relabel_by_size
from components.clusterers.gaussian_mixture import Mixture
from components.clusterers.hdbscan import Hdbscan
from components.clusterers.kmeans import KMeans, KMeansSweep, sweep_kmeans
from components.clusterers.linkage import condensed_distances, cut_tree, linkage_tree
from components.clusterers.spectral import Spectral

__all__ = [
    "Agglomerative",
    "Clusterer",
    "Hdbscan",
    "KMeans",
    "KMeansSweep",
    "Mixture",
    "Spectral",
    "check_ks",
    "condensed_distances",
    "cut_tree",
    "distinct_rows",
    "linkage_tree",
    "relabel_by_size",
    "sweep_kmeans",
]
