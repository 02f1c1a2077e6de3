"""ROC curves of each class against the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray
from sklearn.metrics import auc, roc_curve

from components.figures.style import (
    BLUE,
    COLOURS,
    INK,
    MUTED,
    SMALL,
    WIDTH,
    figure_style,
    footnote,
    titled_figure,
    unit_axes,
)
from components.figures.text_layout import wrap
from components.metrics import check_replicates
from components.results import Predictions

Floats = NDArray[np.float64]

DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
"""One per colour of `COLOURS`, so that lines can be distinguished without colour."""

CORNER_FROM = 0.9
"""Lowest mean AUC of all classes from which the upper left corner is enlarged, since all curves are there."""

GRID: Floats = np.linspace(0, 1, 501)
"""False positive rates at which curves are averaged (vertical averaging, Fawcett 2006)."""


@dataclass(frozen=True)
class ClassCurves:
    """Curves of one class, or of one detector.

    Attributes:
        name: Name of the class.
        curves: False and true positive rates of each replicate.
        areas: Area under the curve of each replicate.
    """

    name: str
    curves: tuple[tuple[Floats, Floats], ...]
    areas: tuple[float, ...]

    def mean(self) -> tuple[Floats, Floats]:
        """Return the curve of a single replicate, or true positive rates averaged at the points of `GRID`."""
        if len(self.curves) == 1:
            return self.curves[0]
        rates = [np.interp(GRID, false, true) for false, true in self.curves]
        return np.r_[0.0, GRID], np.r_[0.0, np.mean(rates, axis=0)]

    def label(self) -> str:
        """Return the mean area, with its standard deviation over replicates."""
        if not self.areas:
            return "undefined"
        spread = f" ± {np.std(self.areas, ddof=1):.3f}" if len(self.areas) > 1 else ""
        return f"{np.mean(self.areas):.3f}{spread}"


@figure_style()
def roc_curves(replicates: Sequence[Predictions], *, subtitle: str = "") -> Figure:
    """Draw one-versus-rest ROC curves with their areas (AUC).

    Thick lines are means over replicates, thin lines single replicates. Up to seven classes share a panel; more get a
    small panel each, with the other classes in grey. A class that contains no or all test photos has no curve, and its
    area is "undefined".

    Args:
        replicates: Predictions of each replicate.
        subtitle: Model and data.

    Raises:
        DataError: When the replicates cannot be averaged.
    """
    check_replicates(replicates)
    classes = [_curves(replicates, label) for label in range(len(replicates[0].class_names))]
    title = "ROC curves, each class against the rest"
    figure = _together(classes, title, subtitle) if len(classes) <= len(COLOURS) else _apart(classes, title, subtitle)
    if len(replicates) > 1:
        footnote(
            figure, "Thick: mean over replicates; thin: each replicate. AUC: mean ± standard deviation over replicates."
        )
    return figure


def _curves(replicates: Sequence[Predictions], label: int) -> ClassCurves:
    curves, areas = [], []
    for replicate in replicates:
        positive = replicate.y_true == label
        if positive.any() and not positive.all():
            false, true, _ = roc_curve(positive, replicate.scores[:, label], drop_intermediate=True)
            curves.append((false, true))
            areas.append(float(auc(false, true)))
    return ClassCurves(replicates[0].class_names[label], tuple(curves), tuple(areas))


def _together(classes: Sequence[ClassCurves], title: str, subtitle: str) -> Figure:
    """Draw all classes in one panel."""
    figure = titled_figure(WIDTH, 4.6, title, subtitle)
    axes = figure.subplots()
    axes.set_box_aspect(1)
    axes.set_anchor("W")
    panels = [axes]
    if all(of_class.areas and np.mean(of_class.areas) > CORNER_FROM for of_class in classes):
        corner = axes.inset_axes((0.46, 0.1, 0.5, 0.5), xlim=(-0.002, 0.2), ylim=(0.8, 1.002))
        axes.add_patch(Rectangle((0, 0.8), 0.2, 0.2, facecolor="none", edgecolor=MUTED, linewidth=0.8))
        panels.append(corner)
    for panel in panels:
        for number, of_class in enumerate(classes):
            name = "\n".join(wrap(of_class.name, 120, SMALL, max_lines=2))
            _line(panel, of_class, COLOURS[number], DASHES[number], f"{name}\nAUC {of_class.label()}")
    _chance(axes, "chance\nAUC 0.500")
    for corner in panels[1:]:
        corner.set(xticks=[0, 0.1, 0.2], yticks=[0.8, 0.9, 1])
        corner.grid(visible=True)
        corner.spines[:].set_visible(True)
        corner.set_title(
            "corner, enlarged",
            fontsize=SMALL,
            fontweight="normal",
            color=MUTED,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0},
        )
    axes.set_xlabel("false positive rate")
    axes.set_ylabel("true positive rate")
    axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), handlelength=3.2, labelspacing=1.0)
    return figure


def _apart(classes: Sequence[ClassCurves], title: str, subtitle: str) -> Figure:
    """Draw one panel per class."""
    columns = 4
    rows = -(-len(classes) // columns)
    figure = titled_figure(WIDTH, 1.95 * rows + 0.4, title, subtitle)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for panel, of_class in zip(panels.flat, classes, strict=False):
        panel.set_box_aspect(1)
        for other in classes:
            if other is not of_class and other.curves:
                panel.plot(*other.mean(), color="#cfcfcf", linewidth=0.6, zorder=1)
        _line(panel, of_class, BLUE, "-", of_class.name)
        _chance(panel, "chance")
        panel.set_title("\n".join(wrap(of_class.name, 100, SMALL, max_lines=2, weight="bold")), fontsize=SMALL)
        panel.text(0.96, 0.06, f"AUC {of_class.label()}", ha="right", va="bottom", size=SMALL, color=INK,
                   bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85})  # fmt: skip
    for panel in panels.flat[len(classes) :]:
        panel.set_axis_off()
    for column in range(columns):  # the lowest panel of a column has the tick labels
        lowest = panels[max(row for row in range(rows) if row * columns + column < len(classes)), column]
        lowest.set_xlabel("false positive rate", fontsize=SMALL)
        lowest.tick_params(labelbottom=True)
    for panel in panels[:, 0]:
        panel.set_ylabel("true positive rate", fontsize=SMALL)
    return figure


def _line(axes: Axes, of_class: ClassCurves, colour: str, dashes: object, label: str) -> None:
    if len(of_class.curves) > 1:
        for false, true in of_class.curves:
            axes.plot(false, true, color=colour, linewidth=0.6, alpha=0.45)
    false, true = of_class.mean() if of_class.curves else (np.array([]), np.array([]))
    axes.plot(false, true, color=colour, linestyle=dashes, label=label, zorder=3)


def _chance(axes: Axes, label: str) -> None:
    axes.plot([0, 1], [0, 1], color=MUTED, linestyle=":", linewidth=1, label=label, zorder=1)
    unit_axes(axes, "x", "y")
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
