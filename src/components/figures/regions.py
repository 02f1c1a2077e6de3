"""Generalisation: the same class in two regions."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.lettering import shorten, wrap
from components.figures.photos import VERDICT_HEIGHT, Images, check_images, show_photo
from components.figures.style import MARGIN, MUTED, SMALL, TEXT, WIDTH, header_height, house_style, titled_figure
from components.results import Predictions

SIDE, GAP, BETWEEN = 1.55, 0.12, 0.32
"""Inches: a photo, between the two of a class, between classes."""

CAPTION = 0.42
"""Inches over a photo for the class and the region."""


@house_style()
def generalisation(
    predictions: Predictions, images: Images, groups: NDArray[np.object_], seed: int = 0, *, subtitle: str = ""
) -> Figure:
    """Two photos of each class, from two regions, each with the predicted class and its probability.

    Args:
        predictions: Of one replicate.
        images: (n, S, S, 3) uint8, aligned with the predictions.
        groups: (n,) region of each photo; "" where it is not known.
        seed: Of the draw of regions and photos.
        subtitle: What was trained on what.

    Raises:
        DataError: When images or groups do not fit the predictions.
    """
    check_images(predictions, images)
    if len(groups) != len(predictions):
        raise DataError(f"{len(groups)} groups for {len(predictions)} predictions: expected one a photo")
    pairs, left_out = _pairs(predictions, groups, np.random.default_rng(seed))
    columns = 2
    lines = -(-len(pairs) // columns)
    remark = f"No photos from two regions: {', '.join(left_out)}." if left_out else ""
    remarks = wrap(remark, (WIDTH - 2 * MARGIN) * 72, SMALL)
    block = CAPTION + SIDE + VERDICT_HEIGHT + 0.1
    height = lines * block + MARGIN + len(remarks) * SMALL * 1.4 / 72
    figure = titled_figure(WIDTH, height, "Generalisation: the same class in two regions", subtitle, constrained=False)
    above, total = header_height(WIDTH, subtitle), figure.get_figheight()
    for place, (name, rows) in enumerate(pairs):
        line, column = divmod(place, columns)
        left, top = MARGIN + column * (2 * SIDE + GAP + BETWEEN), above + line * block
        heading = shorten(name, (2 * SIDE + GAP) * 72, TEXT, "bold")
        figure.text(left / WIDTH, 1 - (top + 0.14) / total, heading, size=TEXT, weight="bold", va="baseline")
        for second, row in enumerate(rows):
            start = left + second * (SIDE + GAP)
            region = shorten(str(groups[row]), SIDE * 72, SMALL)
            figure.text(start / WIDTH, 1 - (top + 0.33) / total, region, size=SMALL, color=MUTED, va="baseline")
            show_photo(figure, predictions, row, images[row], start, top + CAPTION, SIDE)
    figure.text(
        MARGIN / WIDTH, MARGIN / total, "\n".join(remarks), size=SMALL, color=MUTED, va="bottom", linespacing=1.3
    )
    return figure


def _pairs(
    predictions: Predictions, groups: NDArray[np.object_], generator: np.random.Generator
) -> tuple[Sequence[tuple[str, tuple[int, int]]], list[str]]:
    """For each class with two regions its name and a photo of each of two; and the names of the other classes."""
    pairs: list[tuple[str, tuple[int, int]]] = []
    left_out: list[str] = []
    for label, name in enumerate(predictions.class_names):
        rows = np.flatnonzero((predictions.y_true == label) & (groups != ""))
        regions = sorted(set(groups[rows].tolist()))
        if len(regions) < 2:
            left_out.append(name)
            continue
        two = sorted(generator.choice(len(regions), size=2, replace=False).tolist())
        first, second = (int(generator.choice(rows[groups[rows] == regions[one]])) for one in two)
        pairs.append((name, (first, second)))
    return pairs, left_out
