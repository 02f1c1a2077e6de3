"""Scatter plots of two-dimensional layouts of photos."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.cluster_colours import ALL, colour_of
from components.figures.style import MUTED, SMALL, WIDTH, figure_style, footnote, titled_figure
from components.figures.text_layout import shorten

MARKERS = "os^DvP"
NAME_WIDTH = 85.0
"""Points of a name in the legend."""

LEGEND_COLUMNS = 4

LINE = 0.19
"""Inches of a line of the legend."""

Points = tuple[NDArray[np.float64], str]
"""(n, 2) points of a layout, and its name."""


@dataclass(frozen=True)
class Groups:
    """The group of each photo: its class or cluster.

    Attributes:
        number: (n,) number of the group; below 0 for photos without a group.
        names: Names of the groups.
        none: Name of the photos without a group.
    """

    number: NDArray[np.int64]
    names: tuple[str, ...]
    none: str = "no class"


@figure_style()
def scatter(layouts: Sequence[Points], groups: Groups | None = None, *, title: str, subtitle: str = "") -> Figure:
    """Draw one panel per layout, with dots in the colour of their group and a legend with the sizes of the groups.

    Args:
        layouts: Layouts of the same n photos.
        groups: Groups of the photos; None for dots of one colour.
        title: Title of the figure.
        subtitle: Model and data.

    Raises:
        DataError: When there is no layout, or a layout has another number of points.
    """
    n = len(layouts[0][0]) if layouts else 0
    if not n or any(points.shape != (n, 2) for points, _ in layouts):
        raise DataError("a scatter plot needs layouts of the same photos, each (n, 2)")
    rows = 0 if groups is None else -(-len(np.unique(groups.number)) // LEGEND_COLUMNS)
    side = WIDTH / max(2, len(layouts))
    figure = titled_figure(WIDTH, side + 0.45 + LINE * rows, title, subtitle)
    keys = [str(number) for number in range(len(layouts))]
    mosaic: Any = [keys] if groups is None else [keys, ["legend"] * len(layouts)]
    ratios = [side] if groups is None else [side, LINE * rows]
    drawn = figure.subplot_mosaic(mosaic, height_ratios=ratios)
    panels = [drawn[key] for key in keys]
    size = float(np.clip(9000 / n, 3, 18))
    for axes, (points, about) in zip(panels, layouts, strict=True):
        axes.set_title(about, color=MUTED, weight="normal")
        axes.set(xticks=[], yticks=[])
        axes.set_aspect("equal", adjustable="datalim")
        axes.spines[:].set_visible(True)
        axes.spines[:].set_color("#dddddd")
        for number in range(-1, len(groups.names)) if groups else (0,):
            chosen = np.ones(n, dtype=bool) if groups is None else groups.number == number
            if not chosen.any():
                continue
            name = ""
            if groups is not None:
                name = f"{_name(groups, number)}  {int(chosen.sum()):,}"
            marker = MARKERS[max(number, 0) // len(ALL) % len(MARKERS)]
            x, y = points[chosen].T
            axes.scatter(x, y, s=size, c=colour_of(number), marker=marker, linewidths=0, alpha=0.8, label=name)
    if groups is not None:
        handles, names = panels[0].get_legend_handles_labels()
        drawn["legend"].set_axis_off()
        drawn["legend"].legend(
            handles, names, loc="center left", ncols=LEGEND_COLUMNS, markerscale=max(1.0, 4 / size**0.5),
            handletextpad=0.3, columnspacing=1.2, borderaxespad=0,
        )  # fmt: skip
    footnote(figure, "Near dots are similar photos; large distances and the sizes of groups mean little.")
    return figure


def _name(groups: Groups, number: int) -> str:
    return shorten(groups.none if number < 0 else groups.names[number], NAME_WIDTH, SMALL)
