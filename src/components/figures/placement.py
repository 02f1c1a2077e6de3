"""Photos and texts placed in inches from the upper left corner of a figure."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.figures.style import MARGIN, MUTED, SMALL


def photo_at(
    figure: Figure,
    image: NDArray[np.uint8],
    left: float,
    top: float,
    side: float,
    colour: str,
    linewidth: float = 2.4,
    photos: int = 1,
) -> None:
    """Draw a photo, or several of one size side by side, in a coloured frame.

    Args:
        figure: Figure to draw in.
        image: (S, photos * S, 3) pixels.
        left: Inches from the left edge of the figure.
        top: Inches from the top edge of the figure.
        side: Width and height of a photo in inches.
        colour: Colour of the frame.
        linewidth: Width of the frame in points.
        photos: Number of photos in the image.
    """
    width, height = figure.get_size_inches()
    axes = figure.add_axes((left / width, 1 - (top + side) / height, photos * side / width, side / height))
    axes.imshow(image, interpolation="lanczos", aspect="auto")
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=colour, linewidth=linewidth)


def text_at(figure: Figure, left: float, top: float, text: str, **properties: Any) -> None:
    """Write a text in small letters.

    Args:
        figure: Figure to write in.
        left: Inches from the left edge of the figure to the text (to its right end with ha="right").
        top: Inches from the top edge to the baseline (to the top of the letters with va="top").
        text: The text; not wrapped.
        **properties: Of `matplotlib.text.Text`.
    """
    width, height = figure.get_size_inches()
    figure.text(left / width, 1 - top / height, text, **({"size": SMALL} | properties))


def note_at_bottom(figure: Figure, text: str) -> None:
    """Write a remark in the lower left corner of a figure."""
    width, height = figure.get_size_inches()
    figure.text(MARGIN / width, MARGIN / height, text, size=SMALL, color=MUTED, va="bottom", linespacing=1.3)
