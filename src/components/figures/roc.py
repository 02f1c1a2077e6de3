"""ROC curves, each class against the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray
from sklearn.metrics import auc, roc_curve

from components.figures.lettering import wrap
from components.figures.style import (
    BLUE,
    COLOURS,
    INK,
    MUTED,
    SMALL,
    WIDTH,
    footnote,
    house_style,
    shares,
    titled_figure,
)
from components.metrics import check_replicates
from components.results import Predictions

Floats = NDArray[np.float64]

DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
"""One a colour of `COLOURS`, so that lines differ in grey too."""

CORNER_FROM = 0.9
"""Mean AUC of the worst class from which the upper left corner, where all curves then lie, is shown enlarged."""

GRID: Floats = np.linspace(0, 1, 501)
"""False positive rates at which curves are averaged (Fawcett 2006, vertical averaging)."""


@dataclass(frozen=True)
class ClassCurves:
    """The curves of one class: of each replicate (false positive rate, true positive rate), and their areas."""

    name: str
    curves: tuple[tuple[Floats, Floats], ...]
    areas: tuple[float, ...]

    def mean(self) -> tuple[Floats, Floats]:
        """The curve itself of a single replicate; else true positive rates averaged over `GRID`, from (0, 0)."""
        if len(self.curves) == 1:
            return self.curves[0]
        rates = [np.interp(GRID, false, true) for false, true in self.curves]
        return np.r_[0.0, GRID], np.r_[0.0, np.mean(rates, axis=0)]

    def label(self) -> str:
        """Mean area, with its standard deviation over the replicates."""
        if not self.areas:
            return "undefined"
        spread = f" ± {np.std(self.areas, ddof=1):.3f}" if len(self.areas) > 1 else ""
        return f"{np.mean(self.areas):.3f}{spread}"


@house_style()
def roc_curves(replicates: Sequence[Predictions], *, subtitle: str = "") -> Figure:
    """One-versus-rest ROC curves with their areas (AUC).

    Thick lines are means over replicates, thin ones single replicates. Up to seven classes share a panel;
    more get a small panel each, with the others in grey behind. A class of which every or no test photo is
    has no curve; its area reads "undefined".

    Raises:
        DataError: When the replicates cannot be compared.
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
    for one in replicates:
        positive = one.y_true == label
        if positive.any() and not positive.all():
            false, true, _ = roc_curve(positive, one.scores[:, label], drop_intermediate=True)
            curves.append((false, true))
            areas.append(float(auc(false, true)))
    return ClassCurves(replicates[0].class_names[label], tuple(curves), tuple(areas))


def _together(classes: Sequence[ClassCurves], title: str, subtitle: str) -> Figure:
    figure = titled_figure(WIDTH, 4.6, title, subtitle)
    axes = figure.subplots()
    axes.set_box_aspect(1)
    axes.set_anchor("W")
    panels = [axes]
    if all(one.areas and np.mean(one.areas) > CORNER_FROM for one in classes):
        corner = axes.inset_axes((0.46, 0.1, 0.5, 0.5), xlim=(-0.002, 0.2), ylim=(0.8, 1.002))
        axes.add_patch(Rectangle((0, 0.8), 0.2, 0.2, facecolor="none", edgecolor=MUTED, linewidth=0.8))
        panels.append(corner)
    for panel in panels:
        for place, one in enumerate(classes):
            name = "\n".join(wrap(one.name, 120, SMALL, max_lines=2))
            _line(panel, one, COLOURS[place], DASHES[place], f"{name}\nAUC {one.label()}")
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
    columns = 4
    rows = -(-len(classes) // columns)
    figure = titled_figure(WIDTH, 1.95 * rows + 0.4, title, subtitle)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for panel, one in zip(panels.flat, classes, strict=False):
        panel.set_box_aspect(1)
        for other in classes:
            if other is not one and other.curves:
                panel.plot(*other.mean(), color="#cfcfcf", linewidth=0.6, zorder=1)
        _line(panel, one, BLUE, "-", one.name)
        _chance(panel, "chance")
        panel.set_title("\n".join(wrap(one.name, 100, SMALL, max_lines=2, weight="bold")), fontsize=SMALL)
        panel.text(0.96, 0.06, f"AUC {one.label()}", ha="right", va="bottom", size=SMALL, color=INK,
                   bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85})  # fmt: skip
    for panel in panels.flat[len(classes) :]:
        panel.set_axis_off()
    for column in range(columns):  # the last panel of a column carries the numbers
        lowest = panels[max(row for row in range(rows) if row * columns + column < len(classes)), column]
        lowest.set_xlabel("false positive rate", fontsize=SMALL)
        lowest.tick_params(labelbottom=True)
    for panel in panels[:, 0]:
        panel.set_ylabel("true positive rate", fontsize=SMALL)
    return figure


def _line(axes: Axes, one: ClassCurves, colour: str, dashes: object, label: str) -> None:
    if len(one.curves) > 1:
        for false, true in one.curves:
            axes.plot(false, true, color=colour, linewidth=0.6, alpha=0.45)
    false, true = one.mean() if one.curves else (np.array([]), np.array([]))
    axes.plot(false, true, color=colour, linestyle=dashes, label=label, zorder=3)


def _chance(axes: Axes, label: str) -> None:
    axes.plot([0, 1], [0, 1], color=MUTED, linestyle=":", linewidth=1, label=label, zorder=1)
    shares(axes, "x", "y")
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
