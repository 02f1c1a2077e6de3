"""The map of photos: thumbnails where a layout puts them, framed in their cluster's colour."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import NDArray
from PIL import Image, ImageOps

from components.errors import DataError
from components.figures.cluster_colours import colour_of
from components.figures.lettering import shorten
from components.figures.style import DPI, MARGIN, MUTED, SMALL, header_height, house_style, titled_figure
from components.results import NOISE, Partition

MOST = 20_000
"""Photos that a map shows; of more, so many drawn at random."""

MAP_WIDTH, LEGEND = 10.0, 0.62
"""Inches."""

LOWEST, HIGHEST = 4.5, 8.5
"""Inches that the map itself is high, as the layout asks for."""

SHARE = 0.55
"""Of the map that the thumbnails would cover side by side."""

SMALLEST, LARGEST = 16, 72
"""Pixels of a thumbnail's side."""

WITHIN = 90
"""Percent of a cluster's photos that its circle holds (thesis)."""

NOT_THE_SPACE = "a picture of the space that was clustered, not that space"
FAR = "near means alike, far means little"


@dataclass(frozen=True)
class Disc:
    """The circle of a cluster, in the layout's units: its photos' mean, and the distance that `WITHIN` percent keep."""

    cluster: int
    x: float
    y: float
    radius: float


def discs(points: NDArray[np.float64], partition: Partition) -> list[Disc]:
    """The circle of each cluster."""
    found = []
    for cluster in partition.clusters:
        own = points[partition.cluster == cluster]
        centre = own.mean(axis=0)
        radius = float(np.percentile(np.linalg.norm(own - centre, axis=1), WITHIN))
        found.append(Disc(cluster, float(centre[0]), float(centre[1]), radius))
    return found


def shown_rows(n: int, seed: int = 0) -> NDArray[np.int64]:
    """Rows of the photos that a map of n shows, in a random order, so that no group is drawn over the others."""
    return np.random.default_rng(seed).permutation(n)[:MOST]


@house_style()
def photo_map(
    points: NDArray[np.float64], partition: Partition, images: NDArray[np.uint8], *, about: str, subtitle: str = ""
) -> Figure:
    """Draw the photos on the plane, framed by cluster, with a circle a cluster around its mean.

    Args:
        points: (n, 2).
        partition: The clusters of the n photos.
        images: (n, S, S, 3) uint8.
        about: What the layout is, in words.
        subtitle: What was clustered.

    Raises:
        DataError: When the numbers of points, photos and images differ.
    """
    if not len(partition) or points.shape != (len(partition), 2) or len(images) != len(partition):
        raise DataError(
            f"a map of {len(partition)} photos needs as many points and images: {len(points)}, {len(images)}"
        )
    subtitle = " · ".join(one for one in (subtitle, about, NOT_THE_SPACE, FAR) if one)
    extent = np.maximum(np.ptp(points, axis=0), 1e-9)
    tall = float(np.clip((MAP_WIDTH - 2 * MARGIN) * extent[1] / extent[0], LOWEST, HIGHEST))
    figure = titled_figure(MAP_WIDTH, tall + LEGEND, "Map of the photos", subtitle, constrained=False)
    total, above = float(figure.get_figheight()), header_height(MAP_WIDTH, subtitle)
    inner = MAP_WIDTH - 2 * MARGIN
    axes = figure.add_axes((MARGIN / MAP_WIDTH, LEGEND / total, inner / MAP_WIDTH, (total - above - LEGEND) / total))
    width, height = round(inner * DPI), round((total - above - LEGEND) * DPI)
    rows = shown_rows(len(partition))
    side = int(np.clip(np.sqrt(SHARE * width * height / len(rows)), SMALLEST, LARGEST))
    circles = discs(points, partition)
    places, scale, shift = placed(points, width, height, side)
    axes.imshow(mosaic(places, partition, images, rows, (width, height), side), interpolation="none", aspect="auto")
    axes.set(xlim=(0, width), ylim=(height, 0), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    for one in circles:
        centre = np.array([one.x, one.y]) * (scale, -scale) + shift
        colour = colour_of(one.cluster)
        axes.add_patch(Circle(tuple(centre), one.radius * scale, fill=False, edgecolor=colour, linewidth=2.2))
        at = (float(np.clip(centre[0], 14, width - 14)), max(14.0, float(centre[1]) - one.radius * scale))
        box = {"facecolor": colour, "edgecolor": "none", "pad": 1.5}
        look: Any = {"color": "white", "weight": "bold", "ha": "center", "va": "center", "size": SMALL, "bbox": box}
        axes.text(*at, f" {one.cluster} ", **look)
    _legend(figure, partition)
    return figure


def placed(
    points: NDArray[np.float64], width: int, height: int, side: int
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """(n, 2) middles of the thumbnails in pixels from the upper left, the scale, and the shift that puts them there."""
    low, high = points.min(axis=0), points.max(axis=0)
    extent = np.maximum(high - low, 1e-9)
    scale = float(min((width - side - 4) / extent[0], (height - side - 4) / extent[1]))
    middle = (low + high) / 2
    shift = np.array([width / 2 - middle[0] * scale, height / 2 + middle[1] * scale])
    return points * (scale, -scale) + shift, scale, shift


def mosaic(
    places: NDArray[np.float64],
    partition: Partition,
    images: NDArray[np.uint8],
    rows: NDArray[np.int64],
    size: tuple[int, int],
    side: int,
) -> NDArray[np.uint8]:
    """(height, width, 3) the thumbnails on white, those of noise first and so below the others."""
    frame = 2 if side >= 24 else 1
    canvas = Image.new("RGB", size, "white")
    for row in sorted(rows.tolist(), key=lambda one: partition.cluster[one] != NOISE):
        picture = Image.fromarray(np.asarray(images[row])).resize((side - 2 * frame,) * 2, Image.Resampling.LANCZOS)
        picture = ImageOps.expand(picture, frame, colour_of(int(partition.cluster[row])))
        canvas.paste(picture, (round(places[row, 0] - side / 2), round(places[row, 1] - side / 2)))
    return np.asarray(canvas)


def _legend(figure: Figure, partition: Partition) -> None:
    """The clusters with their colour, number of photos and commonest class, along the lower edge."""
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
    for place, (colour, count, most) in enumerate(names[: 2 * across]):
        line, at = divmod(place, across)
        x, y = MARGIN + at * column, LEGEND - 0.2 - 0.2 * line
        figure.text(x / MAP_WIDTH, y / total, "■", color=colour, size=SMALL, va="center")
        text = shorten(f"{count}{most}", (column - 0.25) * 72, SMALL)
        figure.text((x + 0.14) / MAP_WIDTH, y / total, text, size=SMALL, va="center")
    if len(names) > 2 * across:
        said = f"and {len(names) - 2 * across} more clusters"
        figure.text(1 - MARGIN / MAP_WIDTH, 0.06 / total, said, size=SMALL, va="bottom", ha="right", color=MUTED)
