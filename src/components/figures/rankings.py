"""The highest-ranked photos of a query, in a grid with their scores."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.placement import note_at_bottom, photo_at, text_at
from components.figures.style import (
    BLUE,
    MARGIN,
    MUTED,
    SMALL,
    TEXT,
    TITLE,
    VERMILLION,
    figure_style,
    header_height,
    titled_figure,
)
from components.figures.text_layout import shorten, text_width

SIDE, GAP, CAPTION = 2.1, 0.2, 0.4
"""Inches: a photo, the space between two photos, the two lines under a photo."""


@dataclass(frozen=True)
class RankedPhoto:
    """A photo in the ranking of a query.

    Attributes:
        image: (S, S, 3) uint8 pixels.
        score: Similarity to the query.
        title: Title of the photo; may be empty.
        about: Second line, such as its class or distance; may be empty.
        relevant: Whether the photo is a correct answer to the query; None if unknown.
    """

    image: NDArray[np.uint8]
    score: float
    title: str
    about: str
    relevant: bool | None


@figure_style()
def ranking_grid(
    query: str,
    photos: Sequence[RankedPhoto],
    *,
    query_image: NDArray[np.uint8] | None = None,
    note: str = "",
    subtitle: str = "",
) -> Figure:
    """Draw the highest-ranked photos of one query, from left to right and from top to bottom.

    Args:
        query: The query in words; the title of the figure.
        photos: Photos, best first.
        query_image: (S, S, 3) uint8 query photo, if the query is one.
        note: Remark at the bottom of the figure.
        subtitle: What was searched, and how.

    Raises:
        DataError: When there are no photos.
    """
    if not photos:
        raise DataError(f"nothing was found for {query!r}: there is nothing to draw")
    columns = min(len(photos), math.ceil(math.sqrt(len(photos))))
    lines = math.ceil(len(photos) / columns)
    across = columns + (query_image is not None)
    width = 2 * MARGIN + across * SIDE + (across - 1) * GAP + (GAP if query_image is not None else 0)
    foot = 0.25 if note else 0.0
    figure = titled_figure(
        width,
        lines * (SIDE + CAPTION) + (lines - 1) * GAP / 2 + foot + 0.08,
        shorten(query, (width - 2 * MARGIN) * 72, TITLE, "bold"),
        subtitle,
        constrained=False,
    )
    top, left = header_height(width, subtitle), MARGIN
    if query_image is not None:
        photo_at(figure, query_image, left, top, SIDE, MUTED)
        _caption(figure, left, top, "query photo", None, "", MUTED)
        left += SIDE + 2 * GAP
    for number, photo in enumerate(photos):
        line, column = divmod(number, columns)
        x, y = left + column * (SIDE + GAP), top + line * (SIDE + CAPTION + GAP / 2)
        colour = MUTED if photo.relevant is None else BLUE if photo.relevant else VERMILLION
        mark = "" if photo.relevant is None else "✓ " if photo.relevant else "✗ "
        photo_at(figure, photo.image, x, y, SIDE, colour)
        title = f"{mark}{photo.title or f'{number + 1}.'}"
        _caption(figure, x, y, title, f"{photo.score:.2f}", photo.about, colour)
    if note:
        note_at_bottom(figure, note)
    return figure


def _caption(figure: Figure, left: float, top: float, title: str, score: str | None, about: str, colour: str) -> None:
    """Write the lines under a photo: title and score, then `about`."""
    title_width = SIDE * 72 - (text_width(f"   {score}", TEXT, "bold") if score else 0)
    first, second = top + SIDE + 0.16, top + SIDE + 0.31
    text_at(figure, left, first, shorten(title, title_width, SMALL), color=colour)
    if score:
        text_at(figure, left + SIDE, first, score, size=TEXT, weight="bold", color=colour, ha="right")
    text_at(figure, left, second, shorten(about, SIDE * 72, SMALL), color=MUTED)
