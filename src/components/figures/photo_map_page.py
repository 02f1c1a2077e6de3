"""The map of photos as one HTML page: pan, zoom, look at, filter; everything in the file, nothing asked of the net."""

import base64
import hashlib
import io
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from numpy.typing import NDArray
from PIL import Image

from components.errors import DataError
from components.figures.cluster_colours import colour_of
from components.figures.photo_maps import FAR, MOST, NOT_THE_SPACE, WITHIN, discs, shown_rows
from components.results import NOISE, Partition

HERE = Path(__file__).parent

SIDES = ((1_500, 96), (6_000, 64), (MOST, 44))
"""Pixels of a thumbnail's side by the number of photos: about 4 MB of a thousand, 15 MB of twenty thousand."""

ATLAS = 2048
"""Pixels of an atlas's side: what every browser and GPU takes as one image."""

QUALITY = 72


@dataclass(frozen=True)
class Texts:
    """What the page says of each photo.

    Attributes:
        titles: (n,) may be empty.
        descriptions: (n,) may be empty.
    """

    titles: NDArray[np.object_]
    descriptions: NDArray[np.object_]


def photo_map_page(
    points: NDArray[np.float64],
    partition: Partition,
    images: NDArray[np.uint8],
    *,
    about: str,
    texts: Texts | None = None,
    title: str = "Map of the photos",
    subtitle: str = "",
    on_atlas: Callable[[str], None] = lambda _: None,
) -> str:
    """Make the page of a map.

    Args:
        points: (n, 2).
        partition: The clusters of the n photos.
        images: (n, S, S, 3) uint8.
        about: What the layout is, in words.
        texts: Titles and descriptions, if there are any; they are shown as they are, never as HTML.
        title: Of the page.
        subtitle: What was clustered.
        on_atlas: Told of every sheet of thumbnails that is encoded.

    Returns:
        The whole document. Of more than `MOST` photos it shows so many, drawn at random, and says so.

    Raises:
        DataError: When the numbers of points, photos and images differ.
    """
    n = len(partition)
    if not n or points.shape != (n, 2) or len(images) != n:
        raise DataError(f"a map of {n} photos needs as many points and images: {len(points)}, {len(images)}")
    rows = shown_rows(n)
    circles = discs(points, partition)
    low = points.min(axis=0)
    extent = float(np.maximum(points.max(axis=0) - low, 1e-9).max())
    middle = (points.max(axis=0) + low) / 2

    def plane(x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Layout units to -0.5 .. 0.5, downwards as on a screen."""
        rounded: NDArray[np.float64] = np.round((x - middle) / extent * (1, -1), 5)
        return rounded

    side = next(side for most, side in SIDES if len(rows) <= most)
    classes = sorted(set(partition.label.tolist()))
    where = {name: place for place, name in enumerate(classes)}
    places = plane(points[rows])
    content = {
        "side": side,
        "atlas": ATLAS // side,
        "x": places[:, 0].tolist(),
        "y": places[:, 1].tolist(),
        "cluster": partition.cluster[rows].tolist(),
        "label": [where[one] for one in partition.label[rows].tolist()],
        "id": partition.ids[rows].tolist(),
        "title": [str(one) for one in texts.titles[rows]] if texts else [],
        "description": [str(one) for one in texts.descriptions[rows]] if texts else [],
        "classes": classes,
        "clusters": [
            {"number": one, "colour": colour_of(one), "photos": int((partition.cluster == one).sum())}
            for one in (*partition.clusters, *([NOISE] if partition.noise else []))
        ],
        "circles": [
            {
                "cluster": one.cluster,
                "radius": round(one.radius / extent, 5),
                "at": plane(np.array([one.x, one.y])).tolist(),
            }
            for one in circles
        ],
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    environment.filters["number"] = lambda count: f"{count:,}"
    style = (HERE / "photo_map.css").read_text(encoding="utf-8")
    script = (HERE / "photo_map.js").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; img-src data: blob:; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return environment.get_template("photo_map.html.jinja").render(
        title=title,
        subtitle=subtitle,
        about=about,
        not_the_space=f"{NOT_THE_SPACE}; {FAR}",
        within=WITHIN,
        shown=len(rows),
        total=n,
        policy=policy,
        style=Markup(style),  # noqa: S704 (a file of this folder)
        script=Markup(script),  # noqa: S704 (likewise)
        data=Markup(text.replace("<", "\\u003c")),  # noqa: S704 (no tag can begin or end in it)
        atlases=atlases(images, rows, side, on_atlas),
    )


def atlases(
    images: NDArray[np.uint8], rows: NDArray[np.int64], side: int, on_atlas: Callable[[str], None]
) -> Sequence[str]:
    """Sheets of thumbnails as WebP in data addresses, filled row by row."""
    across = ATLAS // side
    parts = [rows[start : start + across * across] for start in range(0, len(rows), across * across)]

    def sheet(part: NDArray[np.int64]) -> str:
        lines = -(-len(part) // across)
        picture = Image.new("RGB", (min(across, len(part)) * side, lines * side))
        for place, row in enumerate(part.tolist()):
            line, column = divmod(place, across)
            small = Image.fromarray(np.asarray(images[row])).resize((side, side), Image.Resampling.LANCZOS)
            picture.paste(small, (column * side, line * side))
        stream = io.BytesIO()
        picture.save(stream, "WEBP", quality=QUALITY, method=2)
        return "data:image/webp;base64," + base64.b64encode(stream.getvalue()).decode("ascii")

    found = []
    with ThreadPoolExecutor() as pool:
        for number, one in enumerate(pool.map(sheet, parts), start=1):
            on_atlas(f"thumbnails {number}/{len(parts)}")
            found.append(one)
    return found


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
