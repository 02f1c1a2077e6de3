"""Precision-recall curves of pair scores."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve

from components.errors import DataError
from components.figures.style import COLOURS, INK, MUTED, SMALL, figure_style, footnote, titled_figure, unit_axes

SIDE = 4.6
"""Inches."""


@figure_style()
def precision_recall(
    scores: Mapping[str, NDArray[np.float64]],
    same: NDArray[np.bool_],
    *,
    missed: int = 0,
    chosen: tuple[float, float] | None = None,
    subtitle: str = "",
) -> Figure:
    """Draw precision against recall for several scores of the same m pairs, the best score first in the legend.

    Args:
        scores: (m,) scores by name, higher = more similar; the last one is highlighted.
        same: (m,) which pairs are of one object.
        missed: Number of pairs of one object that are not candidates: no score finds them, so that recall stays below
        1.
        chosen: Recall and precision of the decisions, marked with a point.
        subtitle: Model and data.

    Raises:
        DataError: When no pair is of one object.
    """
    if not same.any():
        raise DataError("no pair is of one object: there is no precision-recall curve")
    reach = same.sum() / (same.sum() + missed)
    figure = titled_figure(SIDE + 2.2, SIDE, "Pairs of one object: precision and recall", subtitle)
    axes = figure.subplots()
    areas = {name: reach * average_precision_score(same, _finite(score)) for name, score in scores.items()}
    last = list(scores)[-1]
    for number, name in enumerate(sorted(scores, key=lambda name: -areas[name])):
        precision, recall, _ = precision_recall_curve(same, _finite(scores[name]))
        colour, width = (INK, 2.4) if name == last else (COLOURS[number % (len(COLOURS) - 1)], 1.4)
        axes.step(
            reach * recall[::-1], precision[::-1], where="pre", color=colour, linewidth=width,
            label=f"{name}  {areas[name]:.3f}",
        )  # fmt: skip
    if chosen:
        axes.plot(*chosen, "o", color=INK, markersize=6, markerfacecolor="white", markeredgewidth=1.8, zorder=5)
    unit_axes(axes, "x", "y")
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1.01), ylim=(0, 1.02))
    axes.set_box_aspect(1)
    if missed:
        axes.axvline(reach, color=MUTED, linestyle=":", linewidth=1)
    axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), title="average precision", title_fontsize=SMALL)
    parts = ["Circle: the decisions, at thresholds fitted on other objects." if chosen else ""]
    if missed:
        parts.append(f"Dotted: {reach:.0%} of the pairs of one object are among the candidates, which limits recall.")
    if note := " ".join(filter(None, parts)):
        footnote(figure, note)
    return figure


def _finite(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the score with undefined values below all others."""
    known = np.isfinite(score)
    lowest = score[known].min() - 1 if known.any() else 0.0
    return np.where(known, score, lowest)
