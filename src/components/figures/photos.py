"""Photos with what the model said of them, placed by the inch."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.lettering import shorten, text_width
from components.figures.style import BLUE, MUTED, SMALL, VERMILLION
from components.metrics import UNKNOWN_NAME
from components.results import UNKNOWN, Predictions

Images = NDArray[np.uint8]

VERDICT_HEIGHT = 0.36
"""Inches under a photo for its two lines of text."""


def check_images(predictions: Predictions, images: Images) -> None:
    """Make sure that there is one RGB photo a prediction.

    Raises:
        DataError: When the shape or type is another, or there are none.
    """
    if not len(predictions):
        raise DataError("no predictions to show photos of: check that the test split is not empty")
    if images.ndim != 4 or len(images) != len(predictions) or images.shape[3] != 3 or images.dtype != np.uint8:
        raise DataError(
            f"images are {images.dtype} of shape {images.shape}; expected one RGB photo a prediction: "
            f"uint8 of shape ({len(predictions)}, S, S, 3)"
        )


def name_of(predictions: Predictions, label: int) -> str:
    """Class name of a label."""
    return UNKNOWN_NAME if label == UNKNOWN else predictions.class_names[label]


def show_photo(
    figure: Figure, predictions: Predictions, row: int, image: Images, left: float, top: float, side: float
) -> None:
    """Draw a photo with its verdict under it: right or wrong, as mark and as colour.

    Args:
        figure: Where to draw.
        predictions: What was said.
        row: Of the photo.
        image: (S, S, 3) its pixels.
        left: Inches from the figure's left edge.
        top: Inches from its top edge.
        side: Inches that the photo is wide and high.
    """
    width, height = figure.get_size_inches()
    right = bool(predictions.y_true[row] == predictions.y_pred[row])
    colour, mark = (BLUE, "✓") if right else (VERMILLION, "✗")
    axes = figure.add_axes((left / width, 1 - (top + side) / height, side / width, side / height))
    axes.imshow(image, interpolation="lanczos", aspect="auto")
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=colour, linewidth=2.4)

    score = f"{_score(predictions, row):.2f}"
    room = side * 72 - text_width(f"{mark}   {score}", SMALL, "bold")
    said = shorten(name_of(predictions, int(predictions.y_pred[row])), room, SMALL, "bold")
    write: dict[str, Any] = {"size": SMALL, "va": "baseline"}
    first, second = 1 - (top + side + 0.15) / height, 1 - (top + side + 0.29) / height
    figure.text(left / width, first, f"{mark} {said}", color=colour, weight="bold", **write)
    figure.text((left + side) / width, first, score, color=colour, weight="bold", ha="right", **write)
    if not right:
        truth = shorten(f"true: {name_of(predictions, int(predictions.y_true[row]))}", side * 72, SMALL)
        figure.text(left / width, second, truth, color=MUTED, **write)


def _score(predictions: Predictions, row: int) -> float:
    """Probability of the predicted class; the highest one where the photo was called unknown."""
    label = int(predictions.y_pred[row])
    return float(predictions.confidence[row] if label == UNKNOWN else predictions.scores[row, label])
