"""Pairs of photos side by side: those a matcher is surest of, and those it is wrong about."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.lettering import shorten
from components.figures.style import (
    BLUE,
    MARGIN,
    SMALL,
    TEXT,
    VERMILLION,
    header_height,
    house_style,
    titled_figure,
)

SIDE, BETWEEN, GAP, CAPTION, HEADING = 1.25, 0.03, 0.2, 0.34, 0.26
"""Inches: a photo, between the two of a pair, between two pairs, the lines under a pair, the line over a row."""


@dataclass(frozen=True)
class ShownPair:
    """A pair of photos.

    Attributes:
        left: (S, S, 3) uint8.
        right: (S, S, 3) uint8.
        words: What is known of it: its probability and scores; two lines at most.
        same: Whether the photos are of one object.
    """

    left: NDArray[np.uint8]
    right: NDArray[np.uint8]
    words: tuple[str, ...]
    same: bool


@house_style()
def pair_gallery(rows: Sequence[tuple[str, Sequence[ShownPair]]], *, subtitle: str = "") -> Figure:
    """Rows of pairs, each row under its heading; frames are blue for pairs of one object, else vermillion.

    Args:
        rows: Headings and pairs; empty rows are left out.
        subtitle: What was measured on what.

    Raises:
        DataError: There is no pair.
    """
    rows = [(heading, pairs) for heading, pairs in rows if pairs]
    if not rows:
        raise DataError("there are no pairs to draw")
    across = max(len(pairs) for _, pairs in rows)
    wide = 2 * SIDE + BETWEEN
    width = 2 * MARGIN + across * wide + (across - 1) * GAP
    figure = titled_figure(
        width, len(rows) * (HEADING + SIDE + CAPTION + 0.06), "Pairs of photos", subtitle, constrained=False
    )
    height, y = figure.get_figheight(), header_height(width, subtitle)
    for heading, pairs in rows:
        figure.text(MARGIN / width, 1 - (y + 0.17) / height, heading, size=TEXT, weight="bold")
        y += HEADING
        for place, one in enumerate(pairs):
            x = MARGIN + place * (wide + GAP)
            colour = BLUE if one.same else VERMILLION
            for image, at in ((one.left, x), (one.right, x + SIDE + BETWEEN)):
                axes = figure.add_axes((at / width, 1 - (y + SIDE) / height, SIDE / width, SIDE / height))
                axes.imshow(image, interpolation="lanczos", aspect="auto")
                axes.set(xticks=[], yticks=[])
                for spine in axes.spines.values():
                    spine.set(visible=True, color=colour, linewidth=2)
            for line, words in enumerate(one.words):
                below = 1 - (y + SIDE + 0.14 + 0.13 * line) / height
                figure.text(x / width, below, shorten(words, wide * 72, SMALL), size=SMALL, color=colour)
        y += SIDE + CAPTION + 0.06
    return figure
