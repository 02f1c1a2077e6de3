"""Trees of agglomerative clusterings: pairwise distances, linkage, and cutting for every number of clusters."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from components.clusterers.clusterer import Floats, Labels, check_ks
from components.errors import ConfigError

Linkage = Literal["ward", "average", "complete"]
Metric = Literal["euclidean", "cosine"]
Tree = NDArray[np.float64]
"""(n - 1, 4) merges in SciPy's linkage format: two clusters, their distance, the number of vectors."""

MAX_VECTORS = 40_000
"""Largest number of vectors of a tree, whose pairwise distances take 6.4 GB."""

BLOCK_ROWS = 128
"""Rows of the distance matrix that are computed at once."""


def linkage_tree(vectors: Floats, linkage: Linkage = "ward", metric: Metric = "euclidean") -> Tree:
    """Compute the tree of an agglomerative clustering (Ward 1963; average and complete linkage).

    Distances are computed by matrix products in double precision, which is faster than SciPy's computation per pair;
    the tree by fastcluster's nearest-neighbour chains (Müllner 2013).

    Args:
        vectors: (n, d), n at least 2.
        linkage: Distance of two clusters: `ward` (increase of the sum of squares), `average` (mean distance) or
            `complete` (largest distance).
        metric: Distance of two vectors; ward needs euclidean.

    Returns:
        (n - 1, 4) merges in SciPy's linkage format: two clusters, their distance, the number of vectors.

    Raises:
        ConfigError: Ward linkage with cosine distances, or more than `MAX_VECTORS` vectors.
    """
    if linkage == "ward" and metric != "euclidean":
        raise ConfigError(
            "clusterer.metric=cosine with clusterer.linkage=ward: Ward linkage needs Euclidean distances; use "
            "clusterer.linkage=average or clusterer.linkage=complete"
        )
    if len(vectors) > MAX_VECTORS:
        raise ConfigError(
            f"agglomerative clustering of {len(vectors):,} photos needs {len(vectors) ** 2 * 4 / 2**30:.0f} GiB for "
            f"the distances; at most {MAX_VECTORS:,} photos are supported: cluster a sample, or use clusterer=kmeans"
        )
    import fastcluster

    tree: Tree = fastcluster.linkage(condensed_distances(vectors, metric), method=linkage, preserve_input=False)
    return tree


def condensed_distances(vectors: Floats, metric: Metric = "euclidean") -> NDArray[np.float64]:
    """Compute the distances of all pairs by matrix products.

    Args:
        vectors: (n, d).
        metric: euclidean or cosine.

    Returns:
        (n (n - 1) / 2,) distances in the condensed format of `scipy.spatial.distance.pdist`.
    """
    exact = np.asarray(vectors, dtype=np.float64)
    n = len(exact)
    if metric == "cosine":
        lengths = np.linalg.norm(exact, axis=1, keepdims=True)
        exact = exact / np.where(lengths > 0, lengths, 1)
    else:
        exact = exact - exact.mean(axis=0)
    squares = np.einsum("ij,ij->i", exact, exact)
    pairs = np.empty(n * (n - 1) // 2)
    filled = 0
    for start in range(0, n - 1, BLOCK_ROWS):
        stop = min(start + BLOCK_ROWS, n - 1)
        block = exact[start:stop] @ exact[start + 1 :].T
        if metric == "cosine":
            np.subtract(1, block, out=block)
            np.maximum(block, 0, out=block)
        else:
            block *= -2
            block += squares[start:stop, None]
            block += squares[start + 1 :]
            np.maximum(block, 0, out=block)
            np.sqrt(block, out=block)
        for row in range(stop - start):
            size = n - 1 - start - row
            pairs[filled : filled + size] = block[row, row:]
            filled += size
    return pairs


def cut_tree(tree: Tree, ks: Sequence[int]) -> Labels:
    """Cut a tree into every number of clusters, in one pass over its merges.

    Args:
        tree: (n - 1, 4) merges in SciPy's linkage format.
        ks: Numbers of clusters.

    Returns:
        (n_k, n) labels.

    Raises:
        ConfigError: A number of clusters is below 1 or above n.
    """
    n = len(tree) + 1
    check_ks(ks, n)
    parents = np.arange(2 * n - 1)
    children = tree[:, :2].astype(np.int64)
    labels_of_k: dict[int, NDArray[np.int64]] = {}
    requested = set(ks)
    finest = max(requested)
    for merge in range(n - finest):
        parents[children[merge]] = n + merge
    root = parents.copy()
    for node in range(2 * n - 2, -1, -1):  # parents have higher numbers than their children and are done first
        root[node] = root[root[node]]
    labels = root[:n]
    labels_of_k[finest] = _consecutive(labels)
    for merge in range(n - finest, n - min(requested)):
        left, right = children[merge]
        labels = np.where((labels == left) | (labels == right), n + merge, labels)
        if n - merge - 1 in requested:
            labels_of_k[n - merge - 1] = _consecutive(labels)
    return np.stack([labels_of_k[k] for k in ks])


def _consecutive(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Renumber labels from 0 without gaps."""
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)
