"""Photos whose label is doubted, with the label, the class that is suggested, and both probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.placement import photo_at, text_at
from components.figures.style import (
    BLUE,
    MARGIN,
    MUTED,
    SMALL,
    TEXT,
    VERMILLION,
    WIDTH,
    figure_style,
    header_height,
    titled_figure,
)
from components.figures.text_layout import shorten, wrap

COLUMNS = 4
GAP, HEADING, LINE, BELOW = 0.14, 0.34, 0.14, 0.16
"""Inches: between photos, the heading of a section, a line of text, below the lines under photos."""

SIDE = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS

Line = tuple[str, dict[str, Any]]
"""A line of text under a photo, and its properties."""


@dataclass(frozen=True)
class DoubtedLabel:
    """A photo with a doubted label.

    Attributes:
        image: (S, S, 3) uint8 pixels.
        label: The label.
        probability: Its probability.
        suggested: The most probable class; "" if the photo fits no class.
        probability_suggested: Its probability.
        title: Title of the photo.
        before: The label before it was replaced at random; "" if it was not.
    """

    image: NDArray[np.uint8]
    label: str
    probability: float
    suggested: str
    probability_suggested: float
    title: str
    before: str = ""


@figure_style()
def label_gallery(sections: Sequence[tuple[str, Sequence[DoubtedLabel]]], *, subtitle: str = "") -> Figure:
    """Draw photos with doubted labels under headings; labels that were replaced at random have a blue frame.

    Args:
        sections: Headings with their photos; sections without photos are left out.
        subtitle: Model and data.

    Raises:
        DataError: When there are no photos.
    """
    sections = [(heading, photos) for heading, photos in sections if photos]
    if not sections:
        raise DataError("no label is doubted: there is nothing to draw")
    rows_of = [[photos[start : start + COLUMNS] for start in range(0, len(photos), COLUMNS)] for _, photos in sections]
    lines_of = [[[_lines(photo) for photo in row] for row in rows] for rows in rows_of]
    heights = [[SIDE + LINE * max(map(len, lines)) + BELOW for lines in rows] for rows in lines_of]
    total = sum(HEADING + sum(of_section) for of_section in heights)
    figure = titled_figure(WIDTH, total + MARGIN, "Labels in doubt", subtitle, constrained=False)
    top = header_height(WIDTH, subtitle)
    for (heading, _), rows, lines_of_rows, of_section in zip(sections, rows_of, lines_of, heights, strict=True):
        text_at(figure, MARGIN, top + 0.2, heading, size=TEXT, weight="bold")
        top += HEADING
        for row, lines_of_row, height in zip(rows, lines_of_rows, of_section, strict=True):
            for column, (photo, lines) in enumerate(zip(row, lines_of_row, strict=True)):
                left = MARGIN + column * (SIDE + GAP)
                photo_at(figure, photo.image, left, top, SIDE, BLUE if photo.before else VERMILLION)
                for number, (text, properties) in enumerate(lines, start=1):
                    text_at(figure, left, top + SIDE + LINE * number, text, **properties)
            top += height
    return figure


def _lines(photo: DoubtedLabel) -> list[Line]:
    """Return the lines under a photo: label, suggestion, probabilities, title."""
    width = SIDE * 72
    label = wrap(f"? {photo.label}", width, SMALL, max_lines=2, weight="bold")
    lines: list[Line] = [(line, {"color": VERMILLION, "weight": "bold"}) for line in label]
    suggestion = f"suggested: {photo.suggested}" if photo.suggested else "fits no class"
    lines += [(line, {"color": MUTED}) for line in wrap(suggestion, width, SMALL, max_lines=2)]
    if photo.suggested:
        change = f"probability {photo.probability:.2f} → {photo.probability_suggested:.2f}"
    else:
        change = f"probability {photo.probability:.2f}"
    lines.append((shorten(change, width, SMALL), {"color": MUTED}))
    if photo.before:
        lines.append((shorten(f"replaced; was {photo.before}", width, SMALL), {"color": BLUE}))
    return lines + [(line, {}) for line in wrap(photo.title, width, SMALL, max_lines=2)]
