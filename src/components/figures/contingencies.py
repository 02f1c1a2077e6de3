"""Classes against clusters, as tables in colour."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from components.figures.lettering import percent_text, text_width, wrap
from components.figures.style import INK, MUTED, SMALL, TEXT, footnote, house_style, titled_figure
from components.metrics import Contingency, matched, pair_confusion

CELL = 0.62
"""Inches that a cell is wide and high where there is room."""

LONGEST = 12.0
"""Inches that the cells of a table take at most."""

DARK_FROM = 62.0
PALE = "#b5b5b5"


@house_style()
def contingency_matrix(table: Contingency, *, subtitle: str = "") -> Figure:
    """How many photos of each class lie in each cluster; colour is percent of the class."""
    return _table("Classes and clusters", subtitle, table.counts, table.classes, table.clusters, ("class", "cluster"))


@house_style()
def matched_confusion(table: Contingency, *, subtitle: str = "") -> Figure:
    """The table with each cluster under the class that it is matched with, one to one, so that most photos agree."""
    ordered = matched(table)
    figure = _table(
        "Clusters matched with classes", subtitle, ordered.counts, ordered.classes, ordered.clusters,
        ("class", "cluster"),
    )  # fmt: skip
    pairs = min(len(ordered.classes), len(ordered.clusters) - ordered.has_noise)
    axes = figure.axes[0]
    for place in range(pairs):
        axes.add_patch(Rectangle((place - 0.5, place - 0.5), 1, 1, fill=False, edgecolor=INK, linewidth=1.4))
    agreeing = int(np.trace(ordered.counts[:pairs, :pairs]))
    total = int(ordered.counts.sum())
    said = f"Framed: the one-to-one matching with most photos (Hungarian); {agreeing:,} of {total:,} agree"
    left = len(ordered.clusters) - ordered.has_noise - pairs
    footnote(figure, said + (f"; {left} clusters match no class." if left > 0 else "."))
    return figure


@house_style()
def pair_matrix(table: Contingency, *, subtitle: str = "") -> Figure:
    """Pairs of photos, apart or together by class and by cluster (each pair once)."""
    counts = pair_confusion(table) // 2
    figure = _table(
        "Pairs of photos", subtitle, counts, ("other class", "same class"), ("other cluster", "same cluster"), ("", ""),
        cell=1.15,
    )  # fmt: skip
    right = int(counts[0, 0] + counts[1, 1])
    total = int(counts.sum())
    footnote(figure, f"Rand index: {right:,} of {total:,} pairs, {right / max(1, total):.3f}, agree.")
    return figure


def _table(
    title: str,
    subtitle: str,
    counts: NDArray[np.int64],
    rows: Sequence[str],
    columns: Sequence[str],
    names: tuple[str, str],
    cell: float = CELL,
) -> Figure:
    total = counts.sum(axis=1, keepdims=True)
    percent = 100 * np.divide(counts, total, out=np.zeros(counts.shape), where=total > 0)
    side = min(cell, LONGEST / max(len(rows), len(columns)))
    numbered = side > 0.36
    left = ["\n".join([*wrap(name, 130, SMALL, max_lines=2), f"n = {int(n):,}"][: 3 if numbered else 1])
            for name, n in zip(rows, total[:, 0], strict=True)]  # fmt: skip
    below = ["\n".join(wrap(name, side * 72 - 2, SMALL, max_lines=2)) for name in columns]
    widest = max(text_width(line, SMALL) for label in left for line in label.split("\n")) / 72
    width = max(5.6, widest + side * len(columns) + 1.5)
    figure = titled_figure(width, side * len(rows) + 1.1, title, subtitle)
    axes = figure.subplots()
    picture = axes.imshow(percent, cmap="Blues", vmin=0, vmax=100, aspect="equal")
    axes.set_xticks(range(len(columns)), below, fontsize=SMALL)
    axes.set_yticks(range(len(rows)), left, fontsize=min(SMALL, side * 26))
    axes.set(ylabel=names[0], xlabel=names[1])
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(len(columns) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(rows) + 1) - 0.5, minor=True)
    axes.grid(visible=True, which="minor", color="white", linewidth=1.2)
    axes.tick_params(which="both", length=0)
    if numbered:
        for (row, column), count in np.ndenumerate(counts):
            share = float(percent[row, column])
            text = f"{count:,}\n{percent_text(share)}" if count else "0"
            colour = "white" if share > DARK_FROM else INK if count else PALE
            axes.text(column, row, text, ha="center", va="center", size=min(TEXT, side * 15), color=colour)
    bar = figure.colorbar(picture, ax=axes, shrink=0.9, aspect=18, pad=0.02)
    bar.outline.set_visible(False)
    bar.set_label("percent of the row", size=SMALL, color=MUTED)
    bar.ax.tick_params(length=0)
    return figure
