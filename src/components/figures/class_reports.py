"""Precision, recall and F1 of each class, as bars."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from components.figures.style import (
    BLUE,
    GREEN,
    INK,
    SMALL,
    VERMILLION,
    WIDTH,
    figure_style,
    footnote,
    titled_figure,
    unit_axes,
)
from components.figures.text_layout import count_text, wrap
from components.metrics import class_report
from components.results import Predictions

BARS = (("precision", BLUE, ""), ("recall", VERMILLION, "////"), ("f1", GREEN, "...."))
NAMES = {"precision": "precision", "recall": "recall", "f1": "F1"}


@figure_style()
def class_report_bars(replicates: Sequence[Predictions], *, subtitle: str = "") -> Figure:
    """Draw precision, recall and F1 of each class: means over replicates, with whiskers.

    Whiskers are one standard deviation over replicates long, and end at 0 and 1.

    Args:
        replicates: Predictions of each replicate.
        subtitle: Model and data.

    Raises:
        DataError: When the replicates cannot be averaged.
    """
    report = class_report(replicates)
    figure = titled_figure(WIDTH, 0.62 * len(report) + 0.75, "Precision, recall and F1 by class", subtitle)
    axes = figure.subplots()
    positions = np.arange(len(report))
    for offset, (name, colour, hatch) in zip((-0.26, 0.0, 0.26), BARS, strict=True):
        values, spread = report[name].to_numpy(), report[f"{name}_std"].fillna(0).to_numpy()
        below, above = np.minimum(spread, values), np.minimum(spread, 1 - values)
        axes.barh(
            positions + offset, values, height=0.24, color=colour, hatch=hatch, edgecolor="white", linewidth=0,
            label=NAMES[name], xerr=np.stack([below, above]) if len(replicates) > 1 else None,
            error_kw={"ecolor": INK, "elinewidth": 0.9, "capsize": 1.5},
        )  # fmt: skip
        for position, value, deviation in zip(positions, values, above, strict=True):
            axes.text(value + deviation + 0.008, position + offset, f"{value:.2f}", va="center", size=6.5, color=INK)
    labels = [
        "\n".join([*wrap(name, 130, SMALL, max_lines=2), f"n = {count_text(support)}"])
        for name, support in zip(report["class"], report["support"], strict=True)
    ]
    unit_axes(axes, "x")
    axes.set_xlim(0, 1.06)
    axes.set_yticks(positions, labels)
    axes.set_ylim(len(report) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
    if len(replicates) > 1:
        footnote(
            figure,
            "Bars: mean over replicates; whiskers: ± one standard deviation, within 0 and 1; n: photos of the class.",
        )
    return figure
