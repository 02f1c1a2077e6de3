"""The map of photos: thumbnails at the points of a two-dimensional layout, framed in the colour of their cluster."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import NDArray
from PIL import Image, ImageOps

from components.errors import DataError
from components.figures.cluster_colours import colour_of
from components.figures.style import DPI, MARGIN, MUTED, SMALL, figure_style, header_height, titled_figure
from components.figures.text_layout import shorten
from components.results import NOISE, Partition

MAX_PHOTOS = 20_000
"""Photos that a map shows; of more photos, a random sample of this size."""

MAP_WIDTH, LEGEND = 10.0, 0.62
"""Inches: width of the figure, height of the legend."""

MIN_HEIGHT, MAX_HEIGHT = 4.5, 8.5
"""Inches of the map without title and legend; between these limits, from the aspect ratio of the layout."""

COVERED = 0.55
"""Proportion of the map that the thumbnails would cover without overlaps."""

MIN_SIDE, MAX_SIDE = 16, 72
"""Pixels of a thumbnail's side."""

CIRCLE_PERCENT = 90
"""Percent of a cluster's photos that its circle contains, as in the thesis."""

LAYOUT_REMARK = "a projection of the space that was clustered, not that space"
DISTANCE_REMARK = "near photos are similar, large distances mean little"


@dataclass(frozen=True)
class Disc:
    """The circle of a cluster in the units of the layout.

    Attributes:
        cluster: Number of the cluster.
        x: Centre: the mean of the cluster's points.
        y: The same.
        radius: Distance from the centre within which `CIRCLE_PERCENT` percent of the points are.
    """

    cluster: int
    x: float
    y: float
    radius: float


def discs(points: NDArray[np.float64], partition: Partition) -> list[Disc]:
    """Return the circle of each cluster."""
    found = []
    for cluster in partition.clusters:
        own = points[partition.cluster == cluster]
        centre = own.mean(axis=0)
        radius = float(np.percentile(np.linalg.norm(own - centre, axis=1), CIRCLE_PERCENT))
        found.append(Disc(cluster, float(centre[0]), float(centre[1]), radius))
    return found


def shown_rows(n: int, seed: int = 0) -> NDArray[np.int64]:
    """Return the rows of the photos to show, in random order, so that no group is drawn on top of the others."""
    return np.random.default_rng(seed).permutation(n)[:MAX_PHOTOS]


def check_map(points: NDArray[np.float64], partition: Partition, images: NDArray[np.uint8]) -> None:
    """Raise DataError when there are no photos, or the numbers of points, photos and images differ."""
    n = len(partition)
    if not n or points.shape != (n, 2) or len(images) != n:
        raise DataError(f"a map of {n} photos needs as many points and images: {len(points)}, {len(images)}")


@figure_style()
def photo_map(
    points: NDArray[np.float64], partition: Partition, images: NDArray[np.uint8], *, about: str, subtitle: str = ""
) -> Figure:
    """Draw the photos at their points, framed in the colour of their cluster, with a circle around each cluster.

    Args:
        points: (n, 2) layout.
        partition: Clusters of the n photos.
        images: (n, S, S, 3) uint8 photos.
        about: Name of the layout.
        subtitle: What was clustered, and how.

    Raises:
        DataError: When the numbers of points, photos and images differ.
    """
    check_map(points, partition, images)
    subtitle = " · ".join(part for part in (subtitle, about, LAYOUT_REMARK, DISTANCE_REMARK) if part)
    extent = np.maximum(np.ptp(points, axis=0), 1e-9)
    map_height = float(np.clip((MAP_WIDTH - 2 * MARGIN) * extent[1] / extent[0], MIN_HEIGHT, MAX_HEIGHT))
    figure = titled_figure(MAP_WIDTH, map_height + LEGEND, "Map of the photos", subtitle, constrained=False)
    total, above = float(figure.get_figheight()), header_height(MAP_WIDTH, subtitle)
    inner = MAP_WIDTH - 2 * MARGIN
    axes = figure.add_axes((MARGIN / MAP_WIDTH, LEGEND / total, inner / MAP_WIDTH, (total - above - LEGEND) / total))
    width, height = round(inner * DPI), round((total - above - LEGEND) * DPI)
    rows = shown_rows(len(partition))
    side = int(np.clip(np.sqrt(COVERED * width * height / len(rows)), MIN_SIDE, MAX_SIDE))
    circles = discs(points, partition)
    edges = [(disc.x + sign * disc.radius, disc.y + sign * disc.radius) for disc in circles for sign in (-1, 1)]
    shown_points = np.concatenate([points, np.array(edges).reshape(-1, 2)])
    centres, scale, shift = to_pixels(shown_points, width, height, side)
    axes.imshow(mosaic(centres, partition, images, rows, (width, height), side), interpolation="none", aspect="auto")
    axes.set(xlim=(0, width), ylim=(height, 0), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    for disc in circles:
        centre = np.array([disc.x, disc.y]) * (scale, -scale) + shift
        colour = colour_of(disc.cluster)
        axes.add_patch(Circle(tuple(centre), disc.radius * scale, fill=False, edgecolor=colour, linewidth=2.2))
        label_at = (float(np.clip(centre[0], 16, width - 16)), max(14.0, float(centre[1]) - disc.radius * scale))
        box = {"facecolor": colour, "edgecolor": "none", "pad": 1.5}
        style: Any = {"color": "white", "weight": "bold", "ha": "center", "va": "center", "size": SMALL, "bbox": box}
        axes.text(*label_at, f" {disc.cluster} ", **style)
    _legend(figure, partition)
    return figure


def to_pixels(
    points: NDArray[np.float64], width: int, height: int, side: int
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """Convert layout units to pixels, so that thumbnails of this side fit into an image of this size.

    Returns:
        (n, 2) centres of the thumbnails in pixels from the upper left corner; scale and (2,) shift of the conversion.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    extent = np.maximum(high - low, 1e-9)
    scale = float(min((width - side - 4) / extent[0], (height - side - 4) / extent[1]))
    middle = (low + high) / 2
    shift = np.array([width / 2 - middle[0] * scale, height / 2 + middle[1] * scale])
    return points * (scale, -scale) + shift, scale, shift


def mosaic(
    centres: NDArray[np.float64],
    partition: Partition,
    images: NDArray[np.uint8],
    rows: NDArray[np.int64],
    size: tuple[int, int],
    side: int,
) -> NDArray[np.uint8]:
    """Return an image (height, width, 3) of the thumbnails on white, noise first and therefore below the others."""
    frame = 2 if side >= 24 else 1
    canvas = Image.new("RGB", size, "white")
    for row in sorted(rows.tolist(), key=lambda row: partition.cluster[row] != NOISE):
        picture = Image.fromarray(np.asarray(images[row])).resize((side - 2 * frame,) * 2, Image.Resampling.LANCZOS)
        picture = ImageOps.expand(picture, frame, colour_of(int(partition.cluster[row])))
        canvas.paste(picture, (round(centres[row, 0] - side / 2), round(centres[row, 1] - side / 2)))
    return np.asarray(canvas)


def _legend(figure: Figure, partition: Partition) -> None:
    """Draw the clusters with colour, number of photos and most frequent class, along the lower edge."""
    names = []
    for cluster in (*partition.clusters, *([NOISE] if partition.noise else [])):
        own = partition.label[partition.cluster == cluster].astype(str)
        labels, counts = np.unique(own[own != ""], return_counts=True)
        most = f" {labels[counts.argmax()]} {100 * counts.max() / len(own):.0f} %" if len(labels) else ""
        name = "noise" if cluster == NOISE else str(cluster)
        names.append((colour_of(cluster), f"{name}: {len(own):,}", most if cluster != NOISE else ""))
    across = 5
    total = float(figure.get_figheight())
    column = (MAP_WIDTH - 2 * MARGIN) / across
    for number, (colour, count, most) in enumerate(names[: 2 * across]):
        line, position = divmod(number, across)
        x, y = MARGIN + position * column, LEGEND - 0.2 - 0.2 * line
        figure.text(x / MAP_WIDTH, y / total, "■", color=colour, size=SMALL, va="center")
        text = shorten(f"{count}{most}", (column - 0.25) * 72, SMALL)
        figure.text((x + 0.14) / MAP_WIDTH, y / total, text, size=SMALL, va="center")
    if len(names) > 2 * across:
        more = f"and {len(names) - 2 * across} more clusters"
        figure.text(1 - MARGIN / MAP_WIDTH, 0.06 / total, more, size=SMALL, va="bottom", ha="right", color=MUTED)
