"""The map of photos as one offline HTML page, to pan, zoom and filter."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray
from PIL import Image

from components.figures.cluster_colours import colour_of
from components.figures.data_uri import data_uri
from components.figures.html_page import render_page
from components.figures.photo_maps import (
    CIRCLE_PERCENT,
    DISTANCE_REMARK,
    LAYOUT_REMARK,
    MAX_PHOTOS,
    check_map,
    discs,
    shown_rows,
)
from components.results import NOISE, Partition

SIDES = ((1_500, 96), (6_000, 64), (MAX_PHOTOS, 44))
"""Largest number of photos for each thumbnail side in pixels: 4 MB with a thousand photos, 15 MB with 20,000."""

ATLAS_SIDE = 2048
"""Pixels of an atlas's side: every browser and GPU can draw images of this size."""

QUALITY = 72
"""Of the WebP images."""


@dataclass(frozen=True)
class PhotoTexts:
    """Texts shown with each photo.

    Attributes:
        titles: (n,) titles; may be empty.
        descriptions: (n,) descriptions; may be empty.
    """

    titles: NDArray[np.object_]
    descriptions: NDArray[np.object_]


def photo_map_page(
    points: NDArray[np.float64],
    partition: Partition,
    images: NDArray[np.uint8],
    *,
    about: str,
    texts: PhotoTexts | None = None,
    title: str = "Map of the photos",
    subtitle: str = "",
    on_atlas: Callable[[str], None] = lambda _: None,
) -> str:
    """Return the HTML document of a map.

    Args:
        points: (n, 2) layout.
        partition: Clusters of the n photos.
        images: (n, S, S, 3) uint8 photos.
        about: Name of the layout.
        texts: Titles and descriptions, which are escaped; none by default.
        title: Title of the page.
        subtitle: What was clustered, and how.
        on_atlas: Called with a progress message after each atlas of thumbnails.

    Returns:
        The document, in English, and in Spanish if its address ends in `?lang=es`. Of more than `MAX_PHOTOS` photos it
        shows this many, drawn at random, and says so.

    Raises:
        DataError: When the numbers of points, photos and images differ.
    """
    check_map(points, partition, images)
    rows = shown_rows(len(partition))
    side = next(side for most, side in SIDES if len(rows) <= most)
    content = json.dumps(_content(points, partition, rows, side, texts), ensure_ascii=False, separators=(",", ":"))
    return render_page(
        "photo_map.html.jinja",
        style="photo_map.css",
        script="photo_map.js",
        images="data: blob:",
        title=title,
        subtitle=subtitle,
        about=about,
        layout_remark=LAYOUT_REMARK,
        distance_remark=DISTANCE_REMARK,
        circle_percent=CIRCLE_PERCENT,
        shown=len(rows),
        total=len(partition),
        data=Markup(content.replace("<", "\\u003c")),  # noqa: S704 (cannot contain a tag)
        atlases=atlases(images, rows, side, on_atlas),
    )


def _content(
    points: NDArray[np.float64], partition: Partition, rows: NDArray[np.int64], side: int, texts: PhotoTexts | None
) -> dict[str, Any]:
    """Return the data that the page's script draws."""
    low = points.min(axis=0)
    extent = float(np.maximum(points.max(axis=0) - low, 1e-9).max())
    middle = (points.max(axis=0) + low) / 2

    def plane(position: NDArray[np.float64]) -> NDArray[np.float64]:
        """Convert layout units to -0.5 .. 0.5, with y pointing down."""
        rounded: NDArray[np.float64] = np.round((position - middle) / extent * (1, -1), 5)
        return rounded

    classes = sorted(set(partition.label.tolist()))
    index = {name: number for number, name in enumerate(classes)}
    positions = plane(points[rows])
    clusters = (*partition.clusters, *([NOISE] if partition.noise else []))
    return {
        "side": side,
        "atlas": ATLAS_SIDE // side,
        "x": positions[:, 0].tolist(),
        "y": positions[:, 1].tolist(),
        "cluster": partition.cluster[rows].tolist(),
        "label": [index[label] for label in partition.label[rows].tolist()],
        "id": partition.ids[rows].tolist(),
        "title": [str(text) for text in texts.titles[rows]] if texts else [],
        "description": [str(text) for text in texts.descriptions[rows]] if texts else [],
        "classes": classes,
        "clusters": [
            {"number": number, "colour": colour_of(number), "photos": int((partition.cluster == number).sum())}
            for number in clusters
        ],
        "circles": [
            {
                "cluster": disc.cluster,
                "radius": round(disc.radius / extent, 5),
                "at": plane(np.array([disc.x, disc.y])).tolist(),
            }
            for disc in discs(points, partition)
        ],
    }


def atlases(
    images: NDArray[np.uint8], rows: NDArray[np.int64], side: int, on_atlas: Callable[[str], None]
) -> Sequence[str]:
    """Return sheets of thumbnails, filled row by row, as data URIs.

    Args:
        images: (n, S, S, 3) uint8 photos.
        rows: Rows of the photos to show, in order.
        side: Side of a thumbnail in pixels.
        on_atlas: Called with a progress message after each sheet.
    """
    across = ATLAS_SIDE // side
    parts = [rows[start : start + across * across] for start in range(0, len(rows), across * across)]

    def sheet(part: NDArray[np.int64]) -> str:
        lines = -(-len(part) // across)
        canvas = Image.new("RGB", (min(across, len(part)) * side, lines * side))
        for number, row in enumerate(part.tolist()):
            line, column = divmod(number, across)
            thumbnail = Image.fromarray(np.asarray(images[row])).resize((side, side), Image.Resampling.LANCZOS)
            canvas.paste(thumbnail, (column * side, line * side))
        return data_uri(canvas, quality=QUALITY, method=2)

    found = []
    with ThreadPoolExecutor() as pool:
        for number, uri in enumerate(pool.map(sheet, parts), start=1):
            on_atlas(f"thumbnails {number}/{len(parts)}")
            found.append(uri)
    return found
