"""Tables of counts as heat maps, coloured by percent of the row."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from components.figures.style import INK, MUTED, SMALL
from components.figures.text_layout import text_width

PALE = "#b5b5b5"
"""Colour of zeros."""

DARK_FROM = 62.0
"""Percent from which a cell is dark, and its text white."""


def row_percent(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each count in percent of its row; 0 in rows that sum to 0."""
    total = counts.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(counts, total, out=np.zeros(counts.shape), where=total > 0)
    return 100 * shares


def draw_cells(axes: Axes, percent: NDArray[np.float64], *, linewidth: float = 1.2) -> AxesImage:
    """Draw square cells, coloured by percent, with white lines between them; return the image for a colour bar."""
    image = axes.imshow(percent, cmap="Blues", vmin=0, vmax=100, aspect="equal")
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(percent.shape[1] + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(percent.shape[0] + 1) - 0.5, minor=True)
    axes.grid(visible=True, which="minor", color="white", linewidth=linewidth)
    axes.tick_params(which="both", length=0)
    return image


def cell_colour(percent: float, count: int) -> str:
    """Return the colour of the text in a cell."""
    if percent > DARK_FROM:
        return "white"
    return INK if count else PALE


def colour_bar(figure: Figure, axes: Axes, image: AxesImage, label: str, *, shrink: float, aspect: float) -> None:
    """Add a colour bar to the right of the axes."""
    bar = figure.colorbar(image, ax=axes, shrink=shrink, aspect=aspect, pad=0.02)
    bar.outline.set_visible(False)
    bar.set_label(label, size=SMALL, color=MUTED)
    bar.ax.tick_params(length=0)


def widest_line(labels: Sequence[str]) -> float:
    """Return the width in inches of the widest line of the labels."""
    return max(text_width(line, SMALL) for label in labels for line in label.split("\n")) / 72
