"""Generalisation over regions: photos of one class from two regions."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.figures.photos import VERDICT_HEIGHT, Images, check_images, show_photo
from components.figures.placement import note_at_bottom, text_at
from components.figures.style import MARGIN, MUTED, SMALL, TEXT, WIDTH, figure_style, header_height, titled_figure
from components.figures.text_layout import shorten, wrap
from components.results import Predictions

SIDE, GAP, BETWEEN = 1.55, 0.12, 0.32
"""Inches: a photo, between the two photos of a class, between two classes."""

CAPTION = 0.42
"""Inches of the lines above a photo: class and region."""

COLUMNS = 2
"""Classes side by side."""


@figure_style()
def generalisation(
    predictions: Predictions, images: Images, groups: NDArray[np.object_], seed: int = 0, *, subtitle: str = ""
) -> Figure:
    """Draw two photos of each class, from two regions, with predicted class and its probability.

    Args:
        predictions: Predictions of one replicate.
        images: (n, S, S, 3) uint8 photos, aligned with the predictions.
        groups: (n,) region of each photo; "" where unknown.
        seed: Seed of the choice of regions and photos.
        subtitle: Model and data.

    Raises:
        DataError: When images or groups do not fit the predictions.
    """
    check_images(predictions, images, groups=groups)
    pairs, left_out = _pairs(predictions, groups, np.random.default_rng(seed))
    lines = -(-len(pairs) // COLUMNS)
    note = f"No photos from two regions: {', '.join(left_out)}." if left_out else ""
    note_lines = wrap(note, (WIDTH - 2 * MARGIN) * 72, SMALL)
    block = CAPTION + SIDE + VERDICT_HEIGHT + 0.1
    height = lines * block + MARGIN + len(note_lines) * SMALL * 1.4 / 72
    figure = titled_figure(WIDTH, height, "Generalisation: the same class in two regions", subtitle, constrained=False)
    above = header_height(WIDTH, subtitle)
    for number, (name, rows) in enumerate(pairs):
        line, column = divmod(number, COLUMNS)
        left, top = MARGIN + column * (2 * SIDE + GAP + BETWEEN), above + line * block
        heading = shorten(name, (2 * SIDE + GAP) * 72, TEXT, "bold")
        text_at(figure, left, top + 0.14, heading, size=TEXT, weight="bold")
        for position, row in enumerate(rows):
            start = left + position * (SIDE + GAP)
            text_at(figure, start, top + 0.33, shorten(str(groups[row]), SIDE * 72, SMALL), color=MUTED)
            show_photo(figure, predictions, row, images[row], start, top + CAPTION, SIDE)
    note_at_bottom(figure, "\n".join(note_lines))
    return figure


def _pairs(
    predictions: Predictions, groups: NDArray[np.object_], generator: np.random.Generator
) -> tuple[Sequence[tuple[str, tuple[int, int]]], list[str]]:
    """Choose photos from two regions for each class.

    Returns:
        Name and rows of two photos of each class that has two regions, and the names of the other classes.
    """
    pairs: list[tuple[str, tuple[int, int]]] = []
    left_out: list[str] = []
    for label, name in enumerate(predictions.class_names):
        rows = np.flatnonzero((predictions.y_true == label) & (groups != ""))
        regions = sorted(set(groups[rows].tolist()))
        if len(regions) < 2:
            left_out.append(name)
            continue
        chosen = sorted(generator.choice(len(regions), size=2, replace=False).tolist())
        first, second = (int(generator.choice(rows[groups[rows] == regions[region]])) for region in chosen)
        pairs.append((name, (first, second)))
    return pairs, left_out
