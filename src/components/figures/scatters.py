"""Photos as dots on the plane: plain, by class, by cluster."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.cluster_colours import ALL, colour_of
from components.figures.lettering import shorten
from components.figures.style import MUTED, SMALL, WIDTH, footnote, house_style, titled_figure

MARKERS = "os^DvP"
NAME_WIDTH = 85.0
ACROSS = 4
"""Names side by side below the panels."""

LINE = 0.19
"""Inches."""

Points = tuple[NDArray[np.float64], str]
"""(n, 2) points, and what the layout is in words."""


@dataclass(frozen=True)
class Groups:
    """Which group each photo is of.

    Attributes:
        number: (n,) of its group; below 0: of none.
        names: Of the groups, by number.
        none: What being of none is called.
    """

    number: NDArray[np.int64]
    names: tuple[str, ...]
    none: str = "no class"


@house_style()
def scatter(layouts: Sequence[Points], groups: Groups | None = None, *, title: str, subtitle: str = "") -> Figure:
    """Draw one panel a layout; dots in the colour of their group, with the groups' names and sizes below.

    Args:
        layouts: Of the same n photos.
        groups: None: all dots alike.
        title: What is shown.
        subtitle: What was laid out.

    Raises:
        DataError: When there is no layout, or one is not of n points.
    """
    n = len(layouts[0][0]) if layouts else 0
    if not n or any(points.shape != (n, 2) for points, _ in layouts):
        raise DataError("a scatter plot needs layouts of the same photos, each (n, 2)")
    rows = 0 if groups is None else -(-len(np.unique(groups.number)) // ACROSS)
    side = WIDTH / max(2, len(layouts))
    figure = titled_figure(WIDTH, side + 0.45 + LINE * rows, title, subtitle)
    places = [str(place) for place in range(len(layouts))]
    mosaic: Any = [places] if groups is None else [places, ["legend"] * len(layouts)]
    ratios = [side] if groups is None else [side, LINE * rows]
    drawn = figure.subplot_mosaic(mosaic, height_ratios=ratios)
    panels = [drawn[place] for place in places]
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
            handles, names, loc="center left", ncols=ACROSS, markerscale=max(1.0, 4 / size**0.5), handletextpad=0.3,
            columnspacing=1.2, borderaxespad=0,
        )  # fmt: skip
    footnote(figure, "Dots that lie together are alike; distances between far groups and their sizes mean little.")
    return figure


def _name(groups: Groups, number: int) -> str:
    return shorten(groups.none if number < 0 else groups.names[number], NAME_WIDTH, SMALL)
