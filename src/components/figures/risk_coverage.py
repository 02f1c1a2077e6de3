"""Risk-coverage curves of selective prediction."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.style import BLUE, MUTED, SMALL, VERMILLION, figure_style, footnote, titled_figure
from components.metrics import aurc, risk_coverage
from components.wording import counted


@figure_style()
def risk_coverage_curve(
    confidence: NDArray[np.float64],
    right: NDArray[np.bool_],
    *,
    threshold: float,
    max_error_rate: float,
    subtitle: str = "",
) -> Figure:
    """Draw the error rate of the answers against the proportion answered.

    Args:
        confidence: (n,) confidence of each answer.
        right: (n,) whether the answer is correct.
        threshold: Answers with at least this confidence are given; fitted on other photos; infinity for none.
        max_error_rate: Tolerated error rate that the threshold was fitted for.
        subtitle: Model and data.

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
    note = "no margin kept the tolerated risk on the validation photos: nothing is answered"
    if answered.any():
        share, mistaken = float(answered.mean()), float((~right[answered]).mean())
        axes.plot([share], [mistaken], "o", color=VERMILLION, markersize=7, zorder=4, clip_on=False)
        note = f"the margin from the validation photos answers {share:.0%} of these, {mistaken:.1%} of them wrongly"
    axes.grid(visible=True)
    axes.set(
        xlim=(0, 1), ylim=(0, max(float(wrong.max()), max_error_rate) * 1.12), xlabel="coverage (share answered)",
        ylabel="risk (share of wrong answers)",
    )  # fmt: skip
    footnote(
        figure,
        f"{counted(len(right), 'choice')}, {int(right.sum())} right; area {aurc(confidence, right):.3f}. Dot: {note}.",
    )
    return figure
