"""A few test photos with what the model said of them."""

import math

import numpy as np
from matplotlib.figure import Figure

from components.figures.photos import VERDICT_HEIGHT, Images, check_images, show_photo
from components.figures.style import MARGIN, MUTED, SMALL, header_height, house_style, titled_figure
from components.results import Predictions

SIDE, GAP = 1.7, 0.22
"""Inches."""


@house_style()
def sample_predictions(
    predictions: Predictions, images: Images, n: int = 9, seed: int = 0, *, subtitle: str = ""
) -> Figure:
    """Photos drawn at random, each with its predicted class, that class's probability, and the truth if other.

    Args:
        predictions: Of one replicate.
        images: (rows, S, S, 3) uint8, aligned with the predictions.
        n: How many photos; all, if there are fewer.
        seed: Of the draw.
        subtitle: What was trained on what.

    Raises:
        DataError: When the images do not fit the predictions or there are none.
    """
    check_images(predictions, images)
    shown = min(n, len(predictions))
    rows = np.sort(np.random.default_rng(seed).choice(len(predictions), size=shown, replace=False))
    columns = math.ceil(math.sqrt(n))
    lines = -(-shown // columns)
    width = 2 * MARGIN + columns * SIDE + (columns - 1) * GAP
    height = lines * (SIDE + VERDICT_HEIGHT) + (lines - 1) * GAP / 2 + 0.3
    figure = titled_figure(width, height, "Sample predictions", subtitle, constrained=False)
    above = header_height(width, subtitle)
    for place, row in enumerate(rows.tolist()):
        line, column = divmod(place, columns)
        left = MARGIN + column * (SIDE + GAP)
        show_photo(figure, predictions, row, images[row], left, above + line * (SIDE + VERDICT_HEIGHT + GAP / 2), SIDE)
    right = int((predictions.y_true == predictions.y_pred).sum())
    figure.text(
        MARGIN / width, MARGIN / figure.get_figheight(),
        f"{shown} of {len(predictions)} test photos, drawn at random (seed {seed}); {right} of all are right.",
        size=SMALL, color=MUTED, va="bottom",
    )  # fmt: skip
    return figure
