"""ROC and OSCR curves of one or several detectors."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from components.errors import DataError
from components.figures.roc import DASHES, ClassCurves
from components.figures.style import COLOURS, INK, MUTED, SMALL, WIDTH, figure_style, footnote, titled_figure, unit_axes
from components.figures.text_layout import shorten
from components.metrics import check_replicates, open_set_curve
from components.results import Predictions

MAX_RUNS = 16
"""More lines cannot be distinguished."""

LINE = 0.17
"""Inches of a line of the legend."""


@figure_style()
def open_set_curves(runs: Mapping[str, Sequence[Predictions]], *, subtitle: str = "") -> Figure:
    """Draw known photos accepted (ROC), and accepted in their true class (OSCR), against unknown photos accepted.

    Lines are means over replicates (vertical averaging); the legend lists the runs by descending mean AUROC.

    Args:
        runs: Replicates of each run or detector, by name.
        subtitle: Model and data.

    Raises:
        DataError: When there are no runs or more than 16, or a run has no known photos, unknown photos or unknown
            scores.
    """
    if not 1 <= len(runs) <= MAX_RUNS:
        raise DataError(f"{len(runs)} runs for the open-set curves: expected 1 to {MAX_RUNS}")
    rows = sorted((_curves(name, replicates) for name, replicates in runs.items()), key=lambda pair: -_mean(pair[0]))
    figure = titled_figure(WIDTH, 3.75 + LINE * (len(rows) + 1), "Known and unknown photos accepted", subtitle)
    upper, lower = np.ravel(figure.subfigures(2, 1, height_ratios=(3.6, LINE * (len(rows) + 2)), squeeze=False))
    panels = upper.subplots(1, 2)
    for number, pair in enumerate(rows):
        for axes, curve in zip(panels, pair, strict=True):
            axes.plot(*curve.mean(), color=_colour(number), linestyle=_dashes(number), zorder=3)
    for axes, title, quantity in zip(
        panels,
        ("ROC", "OSCR"),
        ("share of known photos accepted", "share accepted in their true class"),
        strict=True,
    ):
        axes.set_box_aspect(1)
        unit_axes(axes, "x", "y")
        axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), xlabel="share of unknown photos accepted", ylabel=quantity)
        axes.set_title(title)
    panels[0].plot([0, 1], [0, 1], color=MUTED, linestyle=":", linewidth=1, zorder=1)
    _legend(lower.subplots(), rows)
    if any(len(replicates) > 1 for replicates in runs.values()):
        footnote(figure, "Lines: mean over replicates; areas: mean ± standard deviation over replicates.")
    return figure


def _curves(name: str, replicates: Sequence[Predictions]) -> tuple[ClassCurves, ClassCurves]:
    """Compute the ROC and OSCR curves of a run."""
    check_replicates(replicates)
    try:
        curves = [open_set_curve(replicate) for replicate in replicates]
    except DataError as error:
        raise DataError(f"{name}: {error}") from error
    return (
        ClassCurves(name, tuple((c.false_positives, c.true_positives) for c in curves), tuple(c.auroc for c in curves)),
        ClassCurves(name, tuple((c.false_positives, c.correct) for c in curves), tuple(c.oscr for c in curves)),
    )


def _mean(curves: ClassCurves) -> float:
    return float(np.mean(curves.areas))


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _dashes(number: int) -> Any:
    """Return the dashes of a line; others when the colours repeat."""
    return DASHES[(number + number // len(COLOURS)) % len(DASHES)]


def _legend(axes: Axes, rows: Sequence[tuple[ClassCurves, ClassCurves]]) -> None:
    """Draw the legend as a table: line, name, area under each curve."""
    axes.set(xlim=(0, 1), ylim=(len(rows) + 0.6, -0.6))
    axes.set_axis_off()
    for column, heading in ((0.73, "AUROC"), (0.91, "OSCR")):
        axes.text(column, 0, heading, size=SMALL, weight="bold", ha="center", va="center")
    for number, (roc, oscr) in enumerate(rows):
        y = number + 1
        axes.add_line(Line2D([0, 0.08], [y, y], color=_colour(number), linestyle=_dashes(number), linewidth=1.6))
        axes.text(0.1, y, shorten(roc.name, 260, SMALL), size=SMALL, color=INK, va="center")
        axes.text(0.73, y, roc.label(), size=SMALL, ha="center", va="center")
        axes.text(0.91, y, oscr.label(), size=SMALL, ha="center", va="center")
