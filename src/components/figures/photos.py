"""Photos with their prediction."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.placement import photo_at, text_at
from components.figures.style import BLUE, MUTED, SMALL, VERMILLION
from components.figures.text_layout import shorten, text_width
from components.metrics import UNKNOWN_NAME
from components.results import UNKNOWN, Predictions

Images = NDArray[np.uint8]

VERDICT_HEIGHT = 0.36
"""Inches of the two lines under a photo."""


def check_images(predictions: Predictions, images: Images, **columns: NDArray[np.object_]) -> None:
    """Check that there is one RGB photo, and one value of each column, per prediction.

    Args:
        predictions: Predictions of n photos.
        images: (n, S, S, 3) uint8 photos.
        **columns: (n,) arrays by name.

    Raises:
        DataError: When there are no predictions, or an array has another shape or type.
    """
    n = len(predictions)
    if not n:
        raise DataError("no predictions to show photos of: check that the test split is not empty")
    if images.ndim != 4 or len(images) != n or images.shape[3] != 3 or images.dtype != np.uint8:
        raise DataError(
            f"images are {images.dtype} of shape {images.shape}; expected one RGB photo per prediction: "
            f"uint8 of shape ({n}, S, S, 3)"
        )
    for name, column in columns.items():
        if len(column) != n:
            raise DataError(f"{len(column)} {name} for {n} predictions: expected one per photo")


def name_of(predictions: Predictions, label: int) -> str:
    """Return the class name of a label."""
    return UNKNOWN_NAME if label == UNKNOWN else predictions.class_names[label]


def show_photo(
    figure: Figure, predictions: Predictions, row: int, image: Images, left: float, top: float, side: float
) -> None:
    """Draw a photo with its prediction under it; mark and colour tell whether it is correct.

    Args:
        figure: Figure to draw in.
        predictions: Predictions of one replicate.
        row: Row of the photo.
        image: (S, S, 3) pixels.
        left: Inches from the left edge of the figure.
        top: Inches from the top edge of the figure.
        side: Width and height of the photo in inches.
    """
    right = bool(predictions.y_true[row] == predictions.y_pred[row])
    colour, mark = (BLUE, "✓") if right else (VERMILLION, "✗")
    photo_at(figure, image, left, top, side, colour)
    score = f"{_score(predictions, row):.2f}"
    name_width = side * 72 - text_width(f"{mark}   {score}", SMALL, "bold")
    name = shorten(name_of(predictions, int(predictions.y_pred[row])), name_width, SMALL, "bold")
    first, second = top + side + 0.15, top + side + 0.29
    text_at(figure, left, first, f"{mark} {name}", color=colour, weight="bold")
    text_at(figure, left + side, first, score, color=colour, weight="bold", ha="right")
    if not right:
        truth = shorten(f"true: {name_of(predictions, int(predictions.y_true[row]))}", side * 72, SMALL)
        text_at(figure, left, second, truth, color=MUTED)


def _score(predictions: Predictions, row: int) -> float:
    """Return the probability of the predicted class; the highest one if the photo is predicted as unknown."""
    label = int(predictions.y_pred[row])
    return float(predictions.confidence[row] if label == UNKNOWN else predictions.scores[row, label])
