"""Contingency tables of classes and clusters as heat maps."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from components.figures.matrices import cell_colour, colour_bar, draw_cells, row_percent, widest_line
from components.figures.style import INK, SMALL, TEXT, figure_style, footnote, titled_figure
from components.figures.text_layout import percent_text, wrap
from components.metrics import Contingency, matched, pair_confusion
from components.wording import counted

CELL = 0.62
"""Side of a cell in inches, where there is room."""

MAX_SIDE = 12.0
"""Largest side of a table in inches."""

MIN_CELL_WITH_NUMBERS = 0.36
"""Inches of a cell that has room for numbers."""


@figure_style()
def contingency_matrix(table: Contingency, *, subtitle: str = "") -> Figure:
    """Draw the number of photos of each class in each cluster; colour is percent of the class."""
    return _table("Classes and clusters", subtitle, table.counts, table.classes, table.clusters, ("class", "cluster"))


@figure_style()
def matched_confusion(table: Contingency, *, subtitle: str = "") -> Figure:
    """Draw the table with matched classes and clusters on the diagonal: the one-to-one matching with most photos."""
    ordered = matched(table)
    figure = _table(
        "Clusters matched with classes", subtitle, ordered.counts, ordered.classes, ordered.clusters,
        ("class", "cluster"),
    )  # fmt: skip
    pairs = min(len(ordered.classes), len(ordered.clusters) - ordered.has_noise)
    axes = figure.axes[0]
    for index in range(pairs):
        axes.add_patch(Rectangle((index - 0.5, index - 0.5), 1, 1, fill=False, edgecolor=INK, linewidth=1.4))
    agreeing = int(np.trace(ordered.counts[:pairs, :pairs]))
    total = int(ordered.counts.sum())
    note = f"Framed: the one-to-one matching with most photos (Hungarian); {agreeing:,} of {total:,} agree"
    unmatched = len(ordered.clusters) - ordered.has_noise - pairs
    footnote(
        figure,
        note
        + (
            f"; {counted(unmatched, 'cluster')} {'matches' if unmatched == 1 else 'match'} no class."
            if unmatched > 0
            else "."
        ),
    )
    return figure


@figure_style()
def pair_matrix(table: Contingency, *, subtitle: str = "") -> Figure:
    """Draw the number of pairs of photos by whether they share a class and a cluster; each pair counts once."""
    counts = pair_confusion(table) // 2
    figure = _table(
        "Pairs of photos", subtitle, counts, ("other class", "same class"), ("other cluster", "same cluster"), ("", ""),
        cell=1.15,
    )  # fmt: skip
    agreeing = int(counts[0, 0] + counts[1, 1])
    total = int(counts.sum())
    footnote(figure, f"Rand index: {agreeing:,} of {counted(total, 'pair')}, {agreeing / max(1, total):.3f}, agree.")
    return figure


@figure_style()
def label_matrix(joint: NDArray[np.int64], classes: Sequence[str], *, subtitle: str = "") -> Figure:
    """Draw the number of photos by label and by the class that they are confidently of.

    Args:
        joint: (C, C) counts, rows by label.
        classes: Names of the C classes.
        subtitle: Model and data.
    """
    figure = _table(
        "Labels and the classes that photos are confidently of", subtitle, joint, classes, classes,
        ("label", "confidently of"),
    )  # fmt: skip
    footnote(
        figure,
        "A photo is confidently of the most probable class whose probability is at least its mean over the photos "
        "labelled with that class; photos that are confidently of no class are not counted.",
    )
    return figure


def _table(
    title: str,
    subtitle: str,
    counts: NDArray[np.int64],
    rows: Sequence[str],
    columns: Sequence[str],
    axis_labels: tuple[str, str],
    cell: float = CELL,
) -> Figure:
    percent = row_percent(counts)
    side = min(cell, MAX_SIDE / max(len(rows), len(columns)))
    numbered = side > MIN_CELL_WITH_NUMBERS
    left = ["\n".join([*wrap(name, 130, SMALL, max_lines=2), f"n = {int(n):,}"][: 3 if numbered else 1])
            for name, n in zip(rows, counts.sum(axis=1), strict=True)]  # fmt: skip
    below = ["\n".join(wrap(name, side * 72 - 2, SMALL, max_lines=2)) for name in columns]
    width = max(5.6, widest_line(left) + side * len(columns) + 1.5)
    figure = titled_figure(width, side * len(rows) + 1.1, title, subtitle)
    axes = figure.subplots()
    image = draw_cells(axes, percent)
    axes.set_xticks(range(len(columns)), below, fontsize=SMALL)
    axes.set_yticks(range(len(rows)), left, fontsize=min(SMALL, side * 26))
    axes.set(ylabel=axis_labels[0], xlabel=axis_labels[1])
    if numbered:
        for (row, column), count in np.ndenumerate(counts):
            share = float(percent[row, column])
            text = f"{count:,}\n{percent_text(share)}" if count else "0"
            colour = cell_colour(share, int(count))
            axes.text(column, row, text, ha="center", va="center", size=min(TEXT, side * 15), color=colour)
    colour_bar(figure, axes, image, "percent of the row", shrink=0.9, aspect=18)
    return figure
