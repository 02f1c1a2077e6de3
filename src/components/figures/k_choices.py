"""Curves over the number of clusters, and the number that each criterion chooses."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from components.errors import DataError
from components.figures.style import BLUE, MUTED, SMALL, VERMILLION, WIDTH, footnote, house_style, titled_figure
from components.k_selection import Choice, disagreement

TITLES = {
    "elbow": ("Elbow", "sum of squares"),
    "silhouette": ("Silhouette", "mean silhouette"),
    "gap": ("Gap statistic", "gap"),
    "calinski_harabasz": ("Caliński-Harabasz", "variance ratio"),
    "davies_bouldin": ("Davies-Bouldin", "mean likeness"),
    "stability": ("Stability", "ARI of parts"),
}
"""Title and quantity of each criterion; others go by their own name."""


@house_style()
def elbow_curve(choice: Choice, seconds: float, *, subtitle: str = "") -> Figure:
    """The sum of squares within clusters over their number, with the knee as a dashed line.

    Args:
        choice: Of the elbow criterion.
        seconds: Time that the clusterings of all k took together.
        subtitle: What was clustered.

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


@house_style()
def k_criteria(choices: Sequence[Choice], chosen: int, *, subtitle: str = "") -> Figure:
    """Every criterion's curve with the k that it chooses, and whether they agree.

    Args:
        choices: Those without a curve are passed over.
        chosen: The number of clusters that was taken.
        subtitle: What was clustered.

    Raises:
        DataError: When none has a curve.
    """
    drawn = [one for one in choices if one.ks]
    if not drawn:
        raise DataError("no criterion has a curve to draw")
    order = [name for name in TITLES if any(one.criterion == name for one in drawn)]
    drawn.sort(key=lambda one: order.index(one.criterion) if one.criterion in order else len(order))
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
    said = disagreement(drawn)
    agreement = f"{said[0].upper()}{said[1:]}." if said else "All criteria choose the same number of clusters."
    footnote(figure, f"{agreement} Taken: {chosen}.")
    return figure


def _curve(axes: Axes, choice: Choice) -> None:
    if not choice.ks:
        raise DataError(f"{choice.criterion} has no curve to draw")
    ks, scores = np.array(choice.ks), np.array(choice.scores)
    axes.plot(ks, scores, color=BLUE, marker="o", markersize=3, linewidth=1.2)
    if choice.spread is not None:
        spread = np.array(choice.spread)
        axes.fill_between(ks, scores - spread, scores + spread, color=BLUE, alpha=0.18, linewidth=0)
    label = "no choice" if choice.k is None else f"k = {choice.k}"
    if choice.k is None:
        axes.plot([], [], linestyle="none", label=label)
    else:
        axes.axvline(choice.k, color=VERMILLION, linestyle="--", linewidth=1.2, label=f"{label} ({choice.reads})"
                     if len(choice.reads) < 10 else label)  # fmt: skip
    axes.grid(visible=True, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    axes.tick_params(colors=MUTED)


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"
