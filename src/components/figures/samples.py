"""A random sample of test photos with their predictions."""

import math

import numpy as np
from matplotlib.figure import Figure

from components.figures.photos import VERDICT_HEIGHT, Images, check_images, show_photo
from components.figures.placement import note_at_bottom
from components.figures.style import MARGIN, figure_style, header_height, titled_figure
from components.results import Predictions
from components.wording import counted

SIDE, GAP = 1.7, 0.22
"""Inches: a photo, the space between two photos."""


@figure_style()
def sample_predictions(
    predictions: Predictions, images: Images, n: int = 9, seed: int = 0, *, subtitle: str = ""
) -> Figure:
    """Draw randomly chosen photos with predicted class, its probability, and the true class if it is another one.

    Args:
        predictions: Predictions of one replicate.
        images: (rows, S, S, 3) uint8 photos, aligned with the predictions.
        n: Number of photos; all of them if there are fewer.
        seed: Seed of the sample.
        subtitle: Model and data.

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
    for number, row in enumerate(rows.tolist()):
        line, column = divmod(number, columns)
        left = MARGIN + column * (SIDE + GAP)
        show_photo(figure, predictions, row, images[row], left, above + line * (SIDE + VERDICT_HEIGHT + GAP / 2), SIDE)
    right = int((predictions.y_true == predictions.y_pred).sum())
    total = counted(len(predictions), "test photo")
    note_at_bottom(figure, f"{shown} of {total}, drawn at random (seed {seed}); {right} of all are right.")
    return figure
