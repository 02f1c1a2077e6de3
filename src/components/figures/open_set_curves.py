"""ROC and OSCR curves of one or several detectors."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from components.errors import DataError
from components.figures.lettering import shorten
from components.figures.roc import DASHES, ClassCurves
from components.figures.style import COLOURS, INK, MUTED, SMALL, WIDTH, footnote, house_style, shares, titled_figure
from components.metrics import check_replicates, open_set_curve
from components.results import Predictions

MOST = 16
"""Lines that can be told apart, and no more."""

LINE = 0.17
"""Inches of a line of the key."""


@house_style()
def open_set_curves(runs: Mapping[str, Sequence[Predictions]], *, subtitle: str = "") -> Figure:
    """Known photos accepted (ROC), and accepted under their own class (OSCR), over unknown photos accepted.

    Lines are means over the replicates (vertical averaging); the key lists the runs by their mean AUROC.

    Args:
        runs: Replicates of each run or detector, by name.
        subtitle: What was trained on what.

    Raises:
        DataError: When there are no runs or more than 16, or one has no known or unknown photos or scores.
    """
    if not 1 <= len(runs) <= MOST:
        raise DataError(f"{len(runs)} runs for the open-set curves: expected 1 to {MOST}, leave some out")
    rows = sorted((_curves(name, replicates) for name, replicates in runs.items()), key=lambda pair: -_mean(pair[0]))
    figure = titled_figure(WIDTH, 3.75 + LINE * (len(rows) + 1), "Known photos accepted, unknown ones let in", subtitle)
    upper, lower = np.ravel(figure.subfigures(2, 1, height_ratios=(3.6, LINE * (len(rows) + 2)), squeeze=False))
    panels = upper.subplots(1, 2)
    for place, pair in enumerate(rows):
        for axes, curve in zip(panels, pair, strict=True):
            axes.plot(*curve.mean(), color=_colour(place), linestyle=_dashes(place), zorder=3)
    for axes, title, quantity in zip(
        panels,
        ("ROC", "OSCR"),
        ("share of known photos accepted", "share accepted and put into their class"),
        strict=True,
    ):
        axes.set_box_aspect(1)
        shares(axes, "x", "y")
        axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), xlabel="share of unknown photos accepted", ylabel=quantity)
        axes.set_title(title)
    panels[0].plot([0, 1], [0, 1], color=MUTED, linestyle=":", linewidth=1, zorder=1)
    _key(lower.subplots(), rows)
    if any(len(replicates) > 1 for replicates in runs.values()):
        footnote(figure, "Lines: mean over replicates; areas: mean ± standard deviation over replicates.")
    return figure


def _curves(name: str, replicates: Sequence[Predictions]) -> tuple[ClassCurves, ClassCurves]:
    """The ROC and the OSCR curves of a run."""
    check_replicates(replicates)
    try:
        curves = [open_set_curve(one) for one in replicates]
    except DataError as error:
        raise DataError(f"{name}: {error}") from error
    return (
        ClassCurves(name, tuple((c.false_positives, c.true_positives) for c in curves), tuple(c.auroc for c in curves)),
        ClassCurves(name, tuple((c.false_positives, c.correct) for c in curves), tuple(c.oscr for c in curves)),
    )


def _mean(curves: ClassCurves) -> float:
    return float(np.mean(curves.areas))


def _colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]


def _dashes(place: int) -> Any:
    """Another one when the colours come round again."""
    return DASHES[(place + place // len(COLOURS)) % len(DASHES)]


def _key(axes: Axes, rows: Sequence[tuple[ClassCurves, ClassCurves]]) -> None:
    """A table: line, name, area under either curve."""
    axes.set(xlim=(0, 1), ylim=(len(rows) + 0.6, -0.6))
    axes.set_axis_off()
    for column, heading in ((0.73, "AUROC"), (0.91, "OSCR")):
        axes.text(column, 0, heading, size=SMALL, weight="bold", ha="center", va="center")
    for place, (roc, oscr) in enumerate(rows):
        at = place + 1
        axes.add_line(Line2D([0, 0.08], [at, at], color=_colour(place), linestyle=_dashes(place), linewidth=1.6))
        axes.text(0.1, at, shorten(roc.name, 260, SMALL), size=SMALL, color=INK, va="center")
        axes.text(0.73, at, roc.label(), size=SMALL, ha="center", va="center")
        axes.text(0.91, at, oscr.label(), size=SMALL, ha="center", va="center")
