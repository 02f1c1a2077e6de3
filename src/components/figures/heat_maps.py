"""Heat maps on photos: where a network found what speaks for a class."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.placement import photo_at, text_at
from components.figures.style import (
    BLUE,
    HINTING,
    MARGIN,
    MUTED,
    SMALL,
    VERMILLION,
    WIDTH,
    figure_style,
    header_height,
    titled_figure,
)
from components.figures.text_layout import shorten, text_width, wrap

COLOURS = "inferno"
"""Colour map, perceptually uniform: equal steps of a heat map look equally large."""

OPACITY = 0.75
"""Of the hottest places; the photo stays visible beneath."""

GAP, LINE, BELOW = 0.24, 0.14, 0.16
"""Inches: between two photos with their maps, a line of text, below the lines under a row."""

GUTTER = 5.0
"""Points between the lines under two pictures."""

NAME_LINES = 2
"""Lines that the name of a class may take."""


@dataclass(frozen=True)
class HeatMap:
    """What speaks for one class in a photo.

    Attributes:
        name: Name of the class.
        mark: What the class is to the photo, before its probability: "✓", "✗", "true".
        probability: Probability of the class; NaN where there is none.
        values: (S, S) from 0 to 1.
    """

    name: str
    mark: str
    probability: float
    values: NDArray[np.float32]


@dataclass(frozen=True)
class ExplainedPhoto:
    """A photo with heat maps.

    Attributes:
        pixels: (S, S, 3) uint8.
        title: Title or file name.
        right: Whether the prediction is right.
        maps: Heat maps; the first is of the predicted class.
        remark: A line under the title, such as the true class where that has no heat map.
    """

    pixels: NDArray[np.uint8]
    title: str
    right: bool
    maps: Sequence[HeatMap]
    remark: str = ""


@figure_style()
def heat_map_gallery(photos: Sequence[ExplainedPhoto], *, title: str, note: str = "", subtitle: str = "") -> Figure:
    """Draw photos with their heat maps beside them, and a colour bar at the bottom.

    Args:
        photos: The photos, in the order in which they are shown.
        title: Title of the figure.
        note: How the photos were chosen, for the remark at the bottom.
        subtitle: Model and data.

    Raises:
        DataError: When there are no photos, or a photo has no heat map.
    """
    if not photos or not all(photo.maps for photo in photos):
        raise DataError("there are no heat maps to draw")
    pictures = 1 + max(len(photo.maps) for photo in photos)
    columns = 3 if pictures == 2 else max(1, 6 // pictures)
    width = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns
    side = width / pictures
    rows = [photos[start : start + columns] for start in range(0, len(photos), columns)]
    captions = [[_captions(photo, side) for photo in row] for row in rows]
    heights = [side + BELOW + LINE * max(len(lines) for photo in row for lines in photo) for row in captions]
    remark = (
        f"Each map has its own scale, and shows what speaks for the class, not what speaks against it. {note}".strip()
    )
    remarks = wrap(remark, (WIDTH - 2 * MARGIN) * 72 * HINTING, SMALL)
    bottom = 0.1 + LINE * (len(remarks) + 1) + MARGIN
    figure = titled_figure(WIDTH, sum(heights) + bottom, title, subtitle, constrained=False)
    top = header_height(WIDTH, subtitle)
    for row, of_row, height in zip(rows, captions, heights, strict=True):
        for column, (photo, of_photo) in enumerate(zip(row, of_row, strict=True)):
            _draw(figure, photo, of_photo, MARGIN + column * (width + GAP), top, side)
        top += height
    _legend(figure, top, remarks)
    return figure


def overlay(pixels: NDArray[np.uint8], values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return a photo without colours, with a heat map on it that is more transparent where it is cold.

    Args:
        pixels: (S, S, 3) uint8 photo.
        values: (S, S) from 0 to 1.
    """
    grey = 0.3 + 0.7 * (pixels @ np.array([0.299, 0.587, 0.114]) / 255)[..., None]
    opacity = OPACITY * np.clip(1.4 * values, 0, 1)[..., None]
    colours = colormaps[COLOURS](values)[..., :3]
    blended: NDArray[np.uint8] = np.round(255 * ((1 - opacity) * grey + opacity * colours)).astype(np.uint8)
    return blended


def _captions(photo: ExplainedPhoto, side: float) -> list[list[str]]:
    """Return the lines under the photo and under each of its heat maps."""
    room = side * 72 - GUTTER
    remark = [shorten(photo.remark, room, SMALL)] if photo.remark else []
    lines = [[*wrap(photo.title, room, SMALL, max_lines=NAME_LINES + 1), *remark]]
    for number, shown in enumerate(photo.maps):
        weight = "bold" if number == 0 else "normal"
        score = "" if np.isnan(shown.probability) else f" {shown.probability:.2f}"
        names = wrap(shown.name, room, SMALL, max_lines=NAME_LINES, weight=weight)
        lines.append([shorten(f"{shown.mark}{score}", room, SMALL, weight), *names])
    return lines


def _draw(
    figure: Figure, photo: ExplainedPhoto, captions: Sequence[Sequence[str]], left: float, top: float, side: float
) -> None:
    """Draw a photo and its heat maps side by side, with the lines under each."""
    colour = BLUE if photo.right else VERMILLION
    pictures = [photo.pixels, *(overlay(photo.pixels, shown.values) for shown in photo.maps)]
    strip = np.concatenate(pictures, axis=1)  # one image, since matplotlib takes long for axes
    photo_at(figure, strip, left, top, side, colour, linewidth=1.6, photos=len(pictures))
    for number, lines in enumerate(captions):
        predicted = {"color": colour, "weight": "bold"} if number == 1 else {"color": MUTED}
        for line, text in enumerate(lines, start=1):
            text_at(figure, left + number * side, top + side + LINE * line, text, **predicted)


def _legend(figure: Figure, top: float, remarks: Sequence[str]) -> None:
    """Draw the colour bar, in words at both ends, and the remarks below it."""
    width, height = figure.get_size_inches()
    words = "evidence for the class: none"
    text_at(figure, MARGIN, top + 0.1, words, color=MUTED)
    start, length, thickness = MARGIN + text_width(words, SMALL) / 72 + 0.12, 1.2, 0.09
    axes = figure.add_axes((start / width, 1 - (top + 0.11) / height, length / width, thickness / height))
    values = np.tile(np.linspace(0, 1, 256, dtype=np.float32), (8, 1))
    axes.imshow(overlay(np.full((8, 256, 3), 255, np.uint8), values), aspect="auto")
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=MUTED, linewidth=0.5)
    text_at(figure, start + length + 0.08, top + 0.1, "most", color=MUTED)
    for number, line in enumerate(remarks, start=1):
        text_at(figure, MARGIN, top + 0.12 + LINE * number, line, color=MUTED)
