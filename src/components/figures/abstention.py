"""Risk against coverage: what abstaining buys."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.style import BLUE, MUTED, SMALL, VERMILLION, footnote, house_style, titled_figure
from components.metrics import aurc, risk_coverage


@house_style()
def risk_coverage_curve(
    confidence: NDArray[np.float64],
    right: NDArray[np.bool_],
    *,
    threshold: float,
    max_error_rate: float,
    subtitle: str = "",
) -> Figure:
    """Share wrong among the answers, as fewer and fewer are given.

    Args:
        confidence: (n,) of each answer.
        right: (n,) whether it is right.
        threshold: The confidence from which on answers are given, learned elsewhere; infinite: none are.
        max_error_rate: The share wrong that the threshold was to keep.
        subtitle: What was measured on what.

    Raises:
        DataError: When there are no answers.
    """
    if not len(right):
        raise DataError("no choices to draw a risk-coverage curve of")
    coverage, wrong = risk_coverage(confidence, right)
    figure = titled_figure(5.4, 3.6, "Risk against coverage", subtitle)
    axes = figure.add_subplot()
    axes.plot(np.append(0, coverage), np.append(wrong[0], wrong), color=BLUE, drawstyle="steps-pre", zorder=3)
    axes.axhline(max_error_rate, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate(
        f"{max_error_rate:.0%} risk tolerated", (1, max_error_rate), xytext=(0, 3), textcoords="offset points",
        ha="right", size=SMALL, color=MUTED,
    )  # fmt: skip
    answered = confidence >= threshold
    said = "no margin kept the risk on the validation photos: nothing is answered"
    if answered.any():
        share, mistaken = float(answered.mean()), float((~right[answered]).mean())
        axes.plot([share], [mistaken], "o", color=VERMILLION, markersize=7, zorder=4, clip_on=False)
        said = f"the margin from the validation photos answers {share:.0%} of these, {mistaken:.1%} of them wrongly"
    axes.grid(visible=True)
    axes.set(
        xlim=(0, 1), ylim=(0, max(float(wrong.max()), max_error_rate) * 1.12), xlabel="coverage (share answered)",
        ylabel="risk (share wrong of them)",
    )  # fmt: skip
    footnote(
        figure, f"{len(right)} choices, {int(right.sum())} right; area {aurc(confidence, right):.3f}. Dot: {said}."
    )
    return figure
