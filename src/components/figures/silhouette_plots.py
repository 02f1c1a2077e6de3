"""Silhouette plots."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.cluster_colours import colour_of
from components.figures.style import MUTED, SMALL, VERMILLION, WIDTH, figure_style, footnote, titled_figure
from components.results import NOISE, Partition
from components.wording import counted

GAP = 0.02
"""Height of the gap between two clusters, as a proportion of the photos."""


@figure_style()
def silhouette_plot(partition: Partition, values: NDArray[np.float64], *, subtitle: str = "") -> Figure:
    """Draw one bar per photo, sorted within each cluster, and the mean over all photos as a dashed line.

    Args:
        partition: Clusters of n photos.
        values: (n,) silhouettes; NaN for noise.
        subtitle: What was clustered, and how.

    Raises:
        DataError: When no silhouette is defined, as with a single cluster.
    """
    if values.shape != partition.cluster.shape or not np.isfinite(values).any():
        raise DataError("a silhouette plot needs one silhouette per photo, and at least two clusters")
    clusters = partition.clusters
    total = len(partition) - partition.noise
    figure = titled_figure(WIDTH, float(np.clip(0.55 * len(clusters) + 1.2, 2.8, 7.5)), "Silhouettes", subtitle)
    axes = figure.subplots()
    mean = float(np.nanmean(values))
    bottom = 0.0
    right = max(0.05, float(np.nanmax(values)))
    for number in clusters:
        own = np.sort(values[partition.cluster == number])
        rows = bottom + np.arange(len(own) + 1)
        axes.fill_betweenx(rows, 0, np.append(own, own[-1]), color=colour_of(number), linewidth=0, step="post")
        text = f"{number}   n = {len(own):,}   mean {own.mean():.2f}"
        axes.text(1.02, bottom + len(own) / 2, text, transform=axes.get_yaxis_transform(), va="center", size=SMALL)
        bottom += len(own) + max(1.0, GAP * total)
    axes.axvline(mean, color=VERMILLION, linestyle="--", linewidth=1.2, label=f"mean {mean:.3f}")
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.set_xlim(min(-0.02, float(np.nanmin(values)) * 1.05), right * 1.08)
    axes.set_ylim(bottom, -max(1.0, GAP * total))
    axes.set_yticks([])
    axes.set_xlabel("silhouette")
    axes.set_ylabel("photos, by cluster")
    axes.legend(loc="upper right")
    note = "Above 0 a photo is nearer to its own cluster than to the next one; below 0 it is not."
    if partition.noise:
        have = "has" if partition.noise == 1 else "have"
        note += f" {counted(partition.noise, 'photo')} of noise ({NOISE}) {have} no silhouette."
    footnote(figure, note)
    return figure
