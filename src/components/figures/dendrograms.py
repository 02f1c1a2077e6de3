"""Dendrograms of agglomerative clusterings."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.cluster_colours import colour_of
from components.figures.style import MUTED, SMALL, VERMILLION, WIDTH, figure_style, footnote, titled_figure
from components.figures.text_layout import shorten
from components.results import Partition
from components.wording import counted

MIN_LEAVES = 30
"""Number of branches drawn; more if there are more clusters."""

LABEL_WIDTH = 90.0
"""Points."""


@figure_style()
def dendrogram(tree: NDArray[np.float64], partition: Partition, *, subtitle: str = "") -> Figure:
    """Draw the upper part of a merge tree in the colours of its clusters.

    Args:
        tree: (n - 1, 4) linkage matrix, as in SciPy.
        partition: Clusters of the same n photos.
        subtitle: What was clustered, and how.

    Raises:
        DataError: When the tree has another number of photos.
    """
    from scipy.cluster import hierarchy

    n, k = len(tree) + 1, len(partition.clusters)
    if n != len(partition) or n < 2:
        raise DataError(f"the tree has {n} photos, the partition has {len(partition)}")
    photo_below = np.arange(2 * n - 1)  # one photo below each node
    for merge, left in enumerate(tree[:, 0].astype(int)):
        photo_below[n + merge] = photo_below[left]

    def colour(node: int) -> str:
        return MUTED if node >= 2 * n - k else colour_of(int(partition.cluster[photo_below[node]]))

    leaves = min(n, max(MIN_LEAVES, k))
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
        axes.axhline(height, color=VERMILLION, linestyle="--", linewidth=1.2, label=f"cut into {counted(k, 'cluster')}")
        axes.legend(loc="upper right")
    footnote(
        figure,
        f"The last {counted(leaves - 1, 'merge')} of {n - 1:,}. Below: the most frequent class of a branch, its size.",
    )
    return figure


def _photos_below(tree: NDArray[np.float64], node: int) -> NDArray[np.int64]:
    """Return the rows of the photos below a node."""
    n = len(tree) + 1
    found, stack = [], [node]
    while stack:
        current = stack.pop()
        if current < n:
            found.append(current)
        else:
            stack += [int(tree[current - n, 0]), int(tree[current - n, 1])]
    return np.array(found, dtype=np.int64)


def _label(partition: Partition, rows: NDArray[np.int64]) -> str:
    names, counts = np.unique(partition.label[rows].astype(str), return_counts=True)
    name = shorten(str(names[counts.argmax()]), LABEL_WIDTH, SMALL)
    return f"{name} {len(rows):,}".strip()
