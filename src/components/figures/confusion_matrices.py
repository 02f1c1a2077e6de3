"""The confusion matrix, as counts and as shares of the true class."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.figures.lettering import count_text, percent_text, text_width, wrap
from components.figures.style import INK, MUTED, SMALL, TEXT, footnote, house_style, titled_figure
from components.metrics import UNKNOWN_NAME, confusion, label_names
from components.results import Predictions

LABEL_WIDTH = 110.0
"""Points that a class name may be wide, as a line."""

ROOMY, MOST_WITH_NUMBERS = 0.42, 30
"""Inches that a cell must have for its numbers, and how many classes get such cells; beyond, colour speaks alone."""

PALE = "#b5b5b5"
COLOURMAP = "Blues"
DARK_FROM = 62.0
"""Percent from which a cell is so dark that its letters are white."""


@house_style()
def confusion_matrix(replicates: Sequence[Predictions], *, subtitle: str = "") -> Figure:
    """How often each class was taken for each: counts (summed over the replicates) and percent of the row.

    Rows are the truth, with their number of photos in one replicate (the mean); colour is percent of the row.
    Photos of none of the classes, and photos called so, have the last row and column, behind a line.

    Raises:
        DataError: When the replicates cannot be compared.
    """
    counts = confusion(replicates)
    names = label_names(replicates)
    true = counts.sum(axis=1)
    percent = 100 * np.divide(counts, true[:, None], out=np.zeros(counts.shape), where=true[:, None] > 0)

    cell = float(np.clip(4.6 / len(names), ROOMY if len(names) <= MOST_WITH_NUMBERS else 0.12, 0.95))
    rows = _labels(names, cell)
    if cell >= ROOMY:
        rows = [f"{row}\nn = {count_text(n / len(replicates))}" for row, n in zip(rows, true, strict=True)]
    columns, turn = _column_labels(names, cell)
    side = cell * len(names)
    below = {0: 0.35 + 0.15 * _most_lines(columns), 45: 0.35 + 0.8 * _widest(columns), 90: 0.35 + _widest(columns)}[
        turn
    ]
    figure = titled_figure(_widest(rows) + side + 1.4, side + below + 0.35, "Confusion matrix", subtitle)
    axes = figure.subplots()
    picture = axes.imshow(percent, cmap=COLOURMAP, vmin=0, vmax=100, aspect="equal")
    letters = min(SMALL, cell * 52)
    axes.set_xticks(range(len(names)), columns, fontsize=letters, rotation=turn)
    axes.set_yticks(range(len(names)), rows, fontsize=letters)
    if turn == 45:
        for label in axes.get_xticklabels():
            label.set(ha="right", rotation_mode="anchor")
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(len(names) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(names) + 1) - 0.5, minor=True)
    axes.grid(visible=True, which="minor", color="white", linewidth=1.2 if cell >= ROOMY else 0.4)
    axes.tick_params(which="both", length=0)
    if UNKNOWN_NAME in names[len(replicates[0].class_names) :]:
        for line in (axes.axhline, axes.axvline):
            line(len(names) - 1.5, color=MUTED, linewidth=1.2)
    if cell >= ROOMY:
        _write_numbers(axes, counts, percent, min(TEXT, cell * 72 / 4.2))
    bar = figure.colorbar(picture, ax=axes, shrink=min(1.0, 3 / side), aspect=22, pad=0.02)
    bar.outline.set_visible(False)
    bar.set_label("percent of the true class", size=SMALL, color=MUTED)
    bar.ax.tick_params(length=0)
    if len(replicates) > 1:
        footnote(figure, f"Counts summed over {len(replicates)} replicates; n: photos in one.")
    return figure


def _column_labels(names: Sequence[str], cell: float) -> tuple[list[str], int]:
    """The names as they stand under the columns, and by how many degrees they are turned to have room there."""
    upright = [wrap(name, cell * 72 - 4, SMALL, max_lines=3) for name in names]
    if cell >= ROOMY and not any(line.endswith("…") for lines in upright for line in lines):
        return ["\n".join(lines) for lines in upright], 0
    return _labels(names, cell), 45 if cell >= ROOMY else 90


def _labels(names: Sequence[str], cell: float) -> list[str]:
    """The names in two lines at most; in one where cells are small."""
    width, lines = (LABEL_WIDTH, 2) if cell >= ROOMY else (1.4 * LABEL_WIDTH, 1)
    return ["\n".join(wrap(name, width, SMALL, max_lines=lines)) for name in names]


def _write_numbers(axes: Axes, counts: NDArray[np.int64], percent: NDArray[np.float64], size: float) -> None:
    for (row, column), count in np.ndenumerate(counts):
        share = float(percent[row, column])
        colour = "white" if share > DARK_FROM else INK
        text = f"{count}\n{percent_text(share)}"
        if count == 0:
            text, colour = ("0" if counts[row].any() else "–"), PALE
        axes.text(column, row, text, ha="center", va="center", size=size, color=colour, linespacing=1.15)


def _widest(labels: Sequence[str]) -> float:
    """Inches."""
    return max(text_width(line, SMALL) for label in labels for line in label.split("\n")) / 72


def _most_lines(labels: Sequence[str]) -> int:
    return max(label.count("\n") + 1 for label in labels)
