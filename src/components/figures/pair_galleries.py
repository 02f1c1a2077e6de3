"""Pairs of photos side by side: the most confident decisions of a matcher, and its mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.placement import photo_at, text_at
from components.figures.style import BLUE, MARGIN, SMALL, TEXT, VERMILLION, figure_style, header_height, titled_figure
from components.figures.text_layout import shorten

SIDE, BETWEEN, GAP, CAPTION, HEADING = 1.25, 0.03, 0.2, 0.34, 0.26
"""Inches: a photo, between the photos of a pair, between two pairs, the lines under a pair, the heading of a row."""


@dataclass(frozen=True)
class ShownPair:
    """A pair of photos with a caption.

    Attributes:
        left: (S, S, 3) uint8 pixels.
        right: (S, S, 3) uint8 pixels.
        words: Caption, such as probability and scores; two lines at most.
        same: Whether the photos are of one object.
    """

    left: NDArray[np.uint8]
    right: NDArray[np.uint8]
    words: tuple[str, ...]
    same: bool


@figure_style()
def pair_gallery(rows: Sequence[tuple[str, Sequence[ShownPair]]], *, subtitle: str = "") -> Figure:
    """Draw rows of pairs under headings, with blue frames for pairs of one object and vermillion frames for others.

    Args:
        rows: Headings with their pairs; rows without pairs are left out.
        subtitle: What was measured, and on which data.

    Raises:
        DataError: When there are no pairs.
    """
    rows = [(heading, pairs) for heading, pairs in rows if pairs]
    if not rows:
        raise DataError("there are no pairs to draw")
    across = max(len(pairs) for _, pairs in rows)
    pair_width = 2 * SIDE + BETWEEN
    width = 2 * MARGIN + across * pair_width + (across - 1) * GAP
    row_height = SIDE + CAPTION + 0.06
    figure = titled_figure(width, len(rows) * (HEADING + row_height), "Pairs of photos", subtitle, constrained=False)
    y = header_height(width, subtitle)
    for heading, pairs in rows:
        text_at(figure, MARGIN, y + 0.17, heading, size=TEXT, weight="bold")
        y += HEADING
        for number, pair in enumerate(pairs):
            x = MARGIN + number * (pair_width + GAP)
            colour = BLUE if pair.same else VERMILLION
            photo_at(figure, pair.left, x, y, SIDE, colour, linewidth=2)
            photo_at(figure, pair.right, x + SIDE + BETWEEN, y, SIDE, colour, linewidth=2)
            for line, words in enumerate(pair.words):
                fitted = shorten(words, pair_width * 72, SMALL)
                text_at(figure, x, y + SIDE + 0.14 + 0.13 * line, fitted, color=colour)
        y += row_height
    return figure
