"""Confusion matrices, as counts and in percent of the true class."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.figures.matrices import cell_colour, colour_bar, draw_cells, row_percent, widest_line
from components.figures.style import MUTED, SMALL, TEXT, figure_style, footnote, titled_figure
from components.figures.text_layout import count_text, percent_text, wrap
from components.metrics import UNKNOWN_NAME, confusion, label_names
from components.results import Predictions

LABEL_WIDTH = 110.0
"""Points that a line of a class name may be wide."""

MIN_CELL_WITH_NUMBERS, MAX_CLASSES_WITH_NUMBERS = 0.42, 30
"""Inches of a cell that has room for numbers, and how many classes get such cells; with more there is only colour."""


@figure_style()
def confusion_matrix(replicates: Sequence[Predictions], *, subtitle: str = "") -> Figure:
    """Draw a confusion matrix: counts (summed over replicates) and percent of the true class, which is also the colour.

    Rows are true classes, labelled with their mean number of photos per replicate. Unknown photos, and photos predicted
    as unknown, have the last row and column, separated by a line.

    Args:
        replicates: Predictions of each replicate.
        subtitle: Model and data.

    Raises:
        DataError: When the replicates cannot be averaged.
    """
    counts = confusion(replicates)
    names = label_names(replicates)
    percent = row_percent(counts)

    smallest = MIN_CELL_WITH_NUMBERS if len(names) <= MAX_CLASSES_WITH_NUMBERS else 0.12
    cell = float(np.clip(4.6 / len(names), smallest, 0.95))
    numbered = cell >= MIN_CELL_WITH_NUMBERS
    rows = _labels(names, cell)
    if numbered:
        totals = counts.sum(axis=1)
        rows = [f"{row}\nn = {count_text(n / len(replicates))}" for row, n in zip(rows, totals, strict=True)]
    columns, rotation = _column_labels(names, cell)
    side = cell * len(names)
    lines = max(label.count("\n") + 1 for label in columns)
    widest = widest_line(columns)
    below = {0: 0.35 + 0.15 * lines, 45: 0.35 + 0.8 * widest, 90: 0.35 + widest}[rotation]
    figure = titled_figure(widest_line(rows) + side + 1.4, side + below + 0.35, "Confusion matrix", subtitle)
    axes = figure.subplots()
    image = draw_cells(axes, percent, linewidth=1.2 if numbered else 0.4)
    fontsize = min(SMALL, cell * 52)
    axes.set_xticks(range(len(names)), columns, fontsize=fontsize, rotation=rotation)
    axes.set_yticks(range(len(names)), rows, fontsize=fontsize)
    if rotation == 45:
        for label in axes.get_xticklabels():
            label.set(ha="right", rotation_mode="anchor")
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    if UNKNOWN_NAME in names[len(replicates[0].class_names) :]:
        for line in (axes.axhline, axes.axvline):
            line(len(names) - 1.5, color=MUTED, linewidth=1.2)
    if numbered:
        _write_numbers(axes, counts, percent, min(TEXT, cell * 72 / 4.2))
    colour_bar(figure, axes, image, "percent of the true class", shrink=min(1.0, 3 / side), aspect=22)
    if len(replicates) > 1:
        footnote(figure, f"Counts summed over {len(replicates)} replicates; n: photos in one.")
    return figure


def _column_labels(names: Sequence[str], cell: float) -> tuple[list[str], int]:
    """Return the column labels and their rotation in degrees, which is 0 where they fit."""
    upright = [wrap(name, cell * 72 - 4, SMALL, max_lines=3) for name in names]
    numbered = cell >= MIN_CELL_WITH_NUMBERS
    if numbered and not any(line.endswith("…") for lines in upright for line in lines):
        return ["\n".join(lines) for lines in upright], 0
    return _labels(names, cell), 45 if numbered else 90


def _labels(names: Sequence[str], cell: float) -> list[str]:
    """Wrap the names to two lines at most, or to one where cells are small."""
    width, lines = (LABEL_WIDTH, 2) if cell >= MIN_CELL_WITH_NUMBERS else (1.4 * LABEL_WIDTH, 1)
    return ["\n".join(wrap(name, width, SMALL, max_lines=lines)) for name in names]


def _write_numbers(axes: Axes, counts: NDArray[np.int64], percent: NDArray[np.float64], size: float) -> None:
    for (row, column), count in np.ndenumerate(counts):
        share = float(percent[row, column])
        text = f"{count}\n{percent_text(share)}"
        if count == 0:
            text = "0" if counts[row].any() else "–"
        colour = cell_colour(share, int(count))
        axes.text(column, row, text, ha="center", va="center", size=size, color=colour, linespacing=1.15)
