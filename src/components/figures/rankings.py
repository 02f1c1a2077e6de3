"""The best photos for a query, in a grid, with their scores."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.lettering import shorten, text_width
from components.figures.style import (
    BLUE,
    MARGIN,
    MUTED,
    SMALL,
    TEXT,
    VERMILLION,
    header_height,
    house_style,
    titled_figure,
)

SIDE, GAP, CAPTION = 2.1, 0.2, 0.4
"""Inches: a photo, between two of them, the two lines under one."""


@dataclass(frozen=True)
class Found:
    """A photo that a query found.

    Attributes:
        image: (S, S, 3) uint8.
        score: Cosine with the query.
        title: What the photo is called; may be empty.
        about: A second line: its class, how far it is; may be empty.
        relevant: Whether it answers the query rightly; None where nobody knows.
    """

    image: NDArray[np.uint8]
    score: float
    title: str
    about: str
    relevant: bool | None


@house_style()
def ranking_grid(
    words: str, found: Sequence[Found], *, asking: NDArray[np.uint8] | None = None, note: str = "", subtitle: str = ""
) -> Figure:
    """The best photos for one query, from left to right and from top to bottom.

    Args:
        words: What was asked; the title of the figure.
        found: Best first.
        asking: (S, S, 3) uint8, the photo that asked, where a photo did.
        note: Message at the foot of the figure.
        subtitle: What was searched how.

    Raises:
        DataError: When nothing was found.
    """
    if not found:
        raise DataError(f"nothing was found for {words!r}: there is nothing to draw")
    columns = min(len(found), math.ceil(math.sqrt(len(found))))
    lines = math.ceil(len(found) / columns)
    across = columns + (asking is not None)
    width = 2 * MARGIN + across * SIDE + (across - 1) * GAP + (GAP if asking is not None else 0)
    foot = 0.25 if note else 0.0
    figure = titled_figure(
        width,
        lines * (SIDE + CAPTION) + (lines - 1) * GAP / 2 + foot + 0.08,
        shorten(words, (width - 2 * MARGIN) * 72, 11.0, "bold"),
        subtitle,
        constrained=False,
    )
    top, left = header_height(width, subtitle), MARGIN
    if asking is not None:
        _photo(figure, asking, left, top, MUTED)
        _write(figure, left, top, "the photo that asks", None, "", MUTED)
        left += SIDE + 2 * GAP
    for place, one in enumerate(found):
        line, column = divmod(place, columns)
        x, y = left + column * (SIDE + GAP), top + line * (SIDE + CAPTION + GAP / 2)
        colour = MUTED if one.relevant is None else BLUE if one.relevant else VERMILLION
        mark = "" if one.relevant is None else "✓ " if one.relevant else "✗ "
        _photo(figure, one.image, x, y, colour)
        _write(figure, x, y, f"{mark}{one.title or f'{place + 1}.'}", f"{one.score:.2f}", one.about, colour)
    if note:
        figure.text(MARGIN / width, MARGIN / figure.get_figheight(), note, size=SMALL, color=MUTED, va="bottom")
    return figure


def _photo(figure: Figure, image: NDArray[np.uint8], left: float, top: float, colour: str) -> None:
    width, height = figure.get_size_inches()
    axes = figure.add_axes((left / width, 1 - (top + SIDE) / height, SIDE / width, SIDE / height))
    axes.imshow(image, interpolation="lanczos", aspect="auto")
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=colour, linewidth=2.4)


def _write(figure: Figure, left: float, top: float, title: str, score: str | None, about: str, colour: str) -> None:
    width, height = figure.get_size_inches()
    room = SIDE * 72 - (text_width(f"   {score}", TEXT, "bold") if score else 0)
    first, second = 1 - (top + SIDE + 0.16) / height, 1 - (top + SIDE + 0.31) / height
    figure.text(left / width, first, shorten(title, room, SMALL), size=SMALL, color=colour, va="baseline")
    if score:
        figure.text(
            (left + SIDE) / width, first, score, size=TEXT, weight="bold", color=colour, ha="right", va="baseline"
        )
    figure.text(left / width, second, shorten(about, SIDE * 72, SMALL), size=SMALL, color=MUTED, va="baseline")
