"""Clusterers: vectors to clusters, for every number of clusters in one call."""

from components.clusterers.clusterer import Clusterer, by_size, check_ks
from components.clusterers.kmeans import KMeans, KMeansSweep, sweep_kmeans
from components.clusterers.scikit_learn import Hdbscan, Mixture, Spectral
from components.clusterers.trees import Agglomerative, cut, pair_distances, tree_of

__all__ = [
    "Agglomerative",
    "Clusterer",
    "Hdbscan",
    "KMeans",
    "KMeansSweep",
    "Mixture",
    "Spectral",
    "by_size",
    "check_ks",
    "cut",
    "pair_distances",
    "sweep_kmeans",
    "tree_of",
]
