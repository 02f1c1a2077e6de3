"""Agglomerative clustering: one tree by fast distances, cut for every k."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from components.clusterers.clusterer import Floats, Labels, check_ks
from components.errors import ConfigError

Linkage = Literal["ward", "average", "complete"]
Metric = Literal["euclidean", "cosine"]
Tree = NDArray[np.float64]

LARGEST = 40_000
"""Vectors that a tree takes: their distances alone are 6.4 GB."""

ROWS_AT_ONCE = 128


def tree_of(vectors: Floats, linkage: Linkage = "ward", metric: Metric = "euclidean") -> Tree:
    """The tree of an agglomerative clustering (Ward 1963; average and complete linkage).

    Distances come from matrix products in double precision, where SciPy takes the pairs one by one; the tree from
    fastcluster's nearest-neighbour chains (Müllner 2013).

    Args:
        vectors: (n, d), n at least 2.
        linkage: `ward` merges what adds least to the sum of squares, `average` by the mean distance, `complete` by the
            largest.
        metric: Distance; Ward's is Euclidean.

    Returns:
        (n - 1, 4) merges as SciPy writes them: two clusters, the height, the number of vectors.

    Raises:
        ConfigError: For Ward with cosines, or for too many vectors.
    """
    if linkage == "ward" and metric != "euclidean":
        raise ConfigError("clusterer.metric=cosine: Ward's linkage is Euclidean; take average or complete")
    if len(vectors) > LARGEST:
        raise ConfigError(
            f"a tree of {len(vectors):,} photos needs {len(vectors) ** 2 * 4 / 2**30:.0f} GiB for their distances; "
            f"up to {LARGEST:,} are taken: cluster a sample, or take clusterer=kmeans"
        )
    import fastcluster

    tree: Tree = fastcluster.linkage(pair_distances(vectors, metric), method=linkage, preserve_input=False)
    return tree


def pair_distances(vectors: Floats, metric: Metric = "euclidean") -> NDArray[np.float64]:
    """(n (n - 1) / 2,) distances of all pairs in SciPy's order, by matrix products."""
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
    for start in range(0, n - 1, ROWS_AT_ONCE):
        stop = min(start + ROWS_AT_ONCE, n - 1)
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


def cut(tree: Tree, ks: Sequence[int]) -> Labels:
    """(n_k, n) clusters of a tree for every k, in one walk over its merges from the finest k to the coarsest."""
    n = len(tree) + 1
    check_ks(ks, n)
    parents = np.arange(2 * n - 1)
    children = tree[:, :2].astype(np.int64)
    found: dict[int, NDArray[np.int64]] = {}
    wanted = set(ks)
    finest = max(wanted)
    for merge in range(n - finest):
        parents[children[merge]] = n + merge
    top = parents.copy()
    for node in range(2 * n - 2, -1, -1):  # a parent stands after its children: from the root down, all are known
        top[node] = top[top[node]]
    labels = top[:n]
    found[finest] = _numbered(labels)
    for merge in range(n - finest, n - min(wanted)):
        left, right = children[merge]
        labels = np.where((labels == left) | (labels == right), n + merge, labels)
        if n - merge - 1 in wanted:
            found[n - merge - 1] = _numbered(labels)
    return np.stack([found[k] for k in ks])


def _numbered(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True)
class Agglomerative:
    """Agglomerative clustering by Ward, average or complete linkage: one tree, cut for every k.

    Attributes:
        linkage: ward, average or complete.
        metric: euclidean or cosine.
    """

    linkage: Linkage = "ward"
    metric: Metric = "euclidean"
    finds_k: ClassVar[bool] = False
    seeded: ClassVar[bool] = False

    def partitions(self, vectors: Floats, ks: Sequence[int], seeds: Sequence[int]) -> Labels:
        """(seeds, n_k, n) labels; see `components.clusterers.clusterer`."""
        check_ks(ks, len(vectors))
        labels = cut(self.tree(vectors), ks) if len(vectors) > 1 else np.zeros((len(ks), 1), dtype=np.int64)
        return np.broadcast_to(labels, (len(seeds), *labels.shape)).copy()

    def tree(self, vectors: Floats) -> Tree:
        """The tree that is cut, for the dendrogram."""
        return tree_of(vectors, self.linkage, self.metric)
