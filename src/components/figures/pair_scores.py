"""Precision and recall of scores of pairs."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve

from components.errors import DataError
from components.figures.style import COLOURS, INK, MUTED, SMALL, footnote, house_style, shares, titled_figure

SIDE = 4.6
"""Inches."""


@house_style()
def precision_recall(
    scores: Mapping[str, NDArray[np.float64]],
    same: NDArray[np.bool_],
    *,
    missed: int = 0,
    chosen: tuple[float, float] | None = None,
    subtitle: str = "",
) -> Figure:
    """Precision over recall of several scores of the same m pairs, the best first in the key.

    Args:
        scores: (m,) by name, higher = more alike; the last is drawn as the thing that it is all about.
        same: (m,) which pairs are of one object.
        missed: Pairs of one object that were not looked at: no score finds them, and the curves end before 1.
        chosen: Recall and precision of the decisions, marked with a point.
        subtitle: What was measured on what.

    Raises:
        DataError: No pair is of one object.
    """
    if not same.any():
        raise DataError("no pair is of one object: there is no precision-recall curve")
    reach = same.sum() / (same.sum() + missed)
    figure = titled_figure(SIDE + 2.2, SIDE, "Pairs of one object: precision and recall", subtitle)
    axes = figure.subplots()
    areas = {name: reach * average_precision_score(same, _finite(score)) for name, score in scores.items()}
    last = list(scores)[-1]
    for place, name in enumerate(sorted(scores, key=lambda one: -areas[one])):
        precision, recall, _ = precision_recall_curve(same, _finite(scores[name]))
        colour, width = (INK, 2.4) if name == last else (COLOURS[place % (len(COLOURS) - 1)], 1.4)
        axes.step(
            reach * recall[::-1], precision[::-1], where="pre", color=colour, linewidth=width,
            label=f"{name}  {areas[name]:.3f}",
        )  # fmt: skip
    if chosen:
        axes.plot(*chosen, "o", color=INK, markersize=6, markerfacecolor="white", markeredgewidth=1.8, zorder=5)
    shares(axes, "x", "y")
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1.01), ylim=(0, 1.02))
    axes.set_box_aspect(1)
    if missed:
        axes.axvline(reach, color=MUTED, linestyle=":", linewidth=1)
    axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), title="average precision", title_fontsize=SMALL)
    parts = ["Circle: the decisions, at thresholds chosen on other objects." if chosen else ""]
    if missed:
        parts.append(f"Dotted: {reach:.0%} of the pairs of one object are among the candidates; none beyond is found.")
    if said := " ".join(filter(None, parts)):
        footnote(figure, said)
    return figure


def _finite(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """The score with what is unknown below all others."""
    known = np.isfinite(score)
    least = score[known].min() - 1 if known.any() else 0.0
    return np.where(known, score, least)
