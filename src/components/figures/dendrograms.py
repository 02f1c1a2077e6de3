"""The tree of an agglomerative clustering, its finest branches gathered, and where it was cut."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.cluster_colours import colour_of
from components.figures.lettering import shorten
from components.figures.style import MUTED, SMALL, VERMILLION, WIDTH, footnote, house_style, titled_figure
from components.results import Partition

LEAVES = 30
"""Branches that are drawn, at least as many as there are clusters."""

LABEL_WIDTH = 90.0


@house_style()
def dendrogram(tree: NDArray[np.float64], partition: Partition, *, subtitle: str = "") -> Figure:
    """Draw the upper part of a tree in the colours of the clusters that it was cut into.

    Args:
        tree: (n - 1, 4) merges, as SciPy writes them.
        partition: The clusters of the same n photos.
        subtitle: What was clustered.

    Raises:
        DataError: When the tree is of other photos.
    """
    from scipy.cluster import hierarchy

    n, k = len(tree) + 1, len(partition.clusters)
    if n != len(partition) or n < 2:
        raise DataError(f"the tree is of {n} photos, the partition of {len(partition)}")
    first = np.arange(2 * n - 1)  # a photo below each node
    for merge, left in enumerate(tree[:, 0].astype(int)):
        first[n + merge] = first[left]

    def colour(node: int) -> str:
        return MUTED if node >= 2 * n - k else colour_of(int(partition.cluster[first[node]]))

    leaves = min(n, max(LEAVES, k))
    drawn = hierarchy.dendrogram(tree, p=leaves, truncate_mode="lastp", no_plot=True, link_color_func=colour)
    figure = titled_figure(WIDTH, 4.6, "Dendrogram", subtitle)
    axes = figure.subplots()
    lines = [list(zip(xs, ys, strict=True)) for xs, ys in zip(drawn["icoord"], drawn["dcoord"], strict=True)]
    axes.add_collection(LineCollection(lines, colors=drawn["color_list"], linewidths=1.2))
    axes.set_xlim(0, 10 * len(drawn["leaves"]))
    axes.set_ylim(0, float(tree[-1, 2]) * 1.05)
    labels = [_label(partition, _photos_below(tree, node)) for node in drawn["leaves"]]
    axes.set_xticks(5 + 10 * np.arange(len(labels)), labels, rotation=90, fontsize=SMALL)
    axes.tick_params(axis="x", length=0)
    axes.spines["bottom"].set_visible(False)
    axes.set_ylabel("height of the merge")
    if 1 < k <= n:
        height = float((tree[n - k, 2] + tree[n - k - 1, 2]) / 2) if k < n else float(tree[0, 2]) / 2
        axes.axhline(height, color=VERMILLION, linestyle="--", linewidth=1.2, label=f"cut into {k} clusters")
        axes.legend(loc="upper right")
    footnote(
        figure, f"The last {leaves - 1} merges of {n - 1:,}. Below: the commonest class of a branch, and its photos."
    )
    return figure


def _photos_below(tree: NDArray[np.float64], node: int) -> NDArray[np.int64]:
    n = len(tree) + 1
    found, stack = [], [node]
    while stack:
        one = stack.pop()
        if one < n:
            found.append(one)
        else:
            stack += [int(tree[one - n, 0]), int(tree[one - n, 1])]
    return np.array(found, dtype=np.int64)


def _label(partition: Partition, rows: NDArray[np.int64]) -> str:
    names, counts = np.unique(partition.label[rows].astype(str), return_counts=True)
    name = shorten(str(names[counts.argmax()]), LABEL_WIDTH, SMALL)
    return f"{name} {len(rows):,}".strip()
