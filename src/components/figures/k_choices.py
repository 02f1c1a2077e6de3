"""Criteria for the number of clusters k: their curves, and the k that each selects."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from components.errors import DataError
from components.figures.style import BLUE, MUTED, SMALL, VERMILLION, WIDTH, figure_style, footnote, titled_figure
from components.k_selection import Choice, disagreement

TITLES = {
    "elbow": ("Elbow", "sum of squares"),
    "silhouette": ("Silhouette", "mean silhouette"),
    "gap": ("Gap statistic", "gap"),
    "calinski_harabasz": ("Caliński-Harabasz", "variance ratio"),
    "davies_bouldin": ("Davies-Bouldin", "mean similarity"),
    "stability": ("Stability", "ARI of subsamples"),
}
"""Title and axis label by criterion; others have their own name as title."""


@figure_style()
def elbow_curve(choice: Choice, seconds: float, *, subtitle: str = "") -> Figure:
    """Draw the sum of squares within clusters over their number, with the elbow as a dashed line.

    Args:
        choice: Result of the elbow criterion.
        seconds: Duration of the clusterings for all k.
        subtitle: What was clustered, and how.

    Raises:
        DataError: When the choice has no curve.
    """
    figure = titled_figure(WIDTH, 3.4, "Elbow", subtitle)
    axes = figure.subplots()
    _curve(axes, choice)
    axes.set_ylabel("sum of squares within clusters")
    axes.set_xlabel("number of clusters k")
    axes.legend(loc="upper right")
    footnote(figure, f"All {len(choice.ks)} k were clustered together, in {_time(seconds)}; {choice.remark}.")
    return figure


@figure_style()
def k_criteria(choices: Sequence[Choice], chosen: int, *, subtitle: str = "") -> Figure:
    """Draw the curve of every criterion with the k that it selects, and say whether they agree.

    Args:
        choices: Results of the criteria; those without a curve are left out.
        chosen: Number of clusters used.
        subtitle: What was clustered, and how.

    Raises:
        DataError: When no criterion has a curve.
    """
    drawn = [choice for choice in choices if choice.ks]
    if not drawn:
        raise DataError("no criterion has a curve to draw")
    order = [name for name in TITLES if any(choice.criterion == name for choice in drawn)]
    drawn.sort(key=lambda choice: order.index(choice.criterion) if choice.criterion in order else len(order))
    lines = -(-len(drawn) // 3)
    figure = titled_figure(WIDTH, 2.0 * lines + 0.5, "How many clusters?", subtitle)
    panels = figure.subplots(lines, 3, squeeze=False).ravel()
    for axes, choice in zip(panels, drawn, strict=False):
        _curve(axes, choice)
        title, quantity = TITLES.get(choice.criterion, (choice.criterion, "score"))
        axes.set_title(title)
        axes.set_ylabel(quantity, size=SMALL)
        axes.legend(loc="best", handlelength=1.6, borderaxespad=0.2)
    for axes in panels[len(drawn) :]:
        axes.set_visible(False)
    for axes in panels[max(0, len(drawn) - 3) : len(drawn)]:
        axes.set_xlabel("k", size=SMALL)
    differing = disagreement(drawn)
    agreement = (
        f"{differing[0].upper()}{differing[1:]}." if differing else "All criteria select the same number of clusters."
    )
    footnote(figure, f"{agreement} Used: {chosen}.")
    return figure


def _curve(axes: Axes, choice: Choice) -> None:
    if not choice.ks:
        raise DataError(f"{choice.criterion} has no curve to draw")
    ks, scores = np.array(choice.ks), np.array(choice.scores)
    axes.plot(ks, scores, color=BLUE, marker="o", markersize=3, linewidth=1.2)
    if choice.standard_errors is not None:
        spread = np.array(choice.standard_errors)
        axes.fill_between(ks, scores - spread, scores + spread, color=BLUE, alpha=0.18, linewidth=0)
    label = "no choice" if choice.k is None else f"k = {choice.k}"
    if choice.k is None:
        axes.plot([], [], linestyle="none", label=label)
    else:
        axes.axvline(choice.k, color=VERMILLION, linestyle="--", linewidth=1.2, label=f"{label} ({choice.rule})"
                     if len(choice.rule) < 10 else label)  # fmt: skip
    axes.grid(visible=True, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    axes.tick_params(colors=MUTED)


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"
