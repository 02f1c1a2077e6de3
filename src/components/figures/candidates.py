"""Photos with the texts that might fit them, and how well each does."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.lettering import wrap
from components.figures.style import (
    BLUE,
    INK,
    LIGHT_BLUE,
    MARGIN,
    MUTED,
    SMALL,
    TEXT,
    VERMILLION,
    WIDTH,
    header_height,
    house_style,
    titled_figure,
)

SIDE, GAP = 1.9, 0.3
"""Inches: a photo, below it."""

SHOWN, LINES = 4, 2
"""Candidates of a photo that are shown, and lines of each."""


@dataclass(frozen=True)
class Case:
    """A photo with its candidates, the best first.

    Attributes:
        image: (S, S, 3) uint8.
        texts: Candidates.
        cosines: Of each.
        likely: Calibrated probability of each.
        right: Which of them fits; None where nobody knows, or it is not among those given.
        decided: What was taken: "taken", "abstains", "keeps the old".
    """

    image: NDArray[np.uint8]
    texts: Sequence[str]
    cosines: Sequence[float]
    likely: Sequence[float]
    right: int | None
    decided: str


@house_style()
def candidate_cases(cases: Sequence[Case], *, subtitle: str = "") -> Figure:
    """One photo a block, beside it its best candidates with cosine and probability.

    Args:
        cases: At least one.
        subtitle: Which model, which choices.

    Raises:
        DataError: When there is none.
    """
    if not cases:
        raise DataError("no choices to draw")
    height = len(cases) * (SIDE + GAP)
    figure = titled_figure(WIDTH, height, "Which text fits the photo", subtitle, constrained=False)
    total, top = figure.get_figheight(), header_height(WIDTH, subtitle)
    left = MARGIN + SIDE + 0.2
    room = WIDTH - left - MARGIN - 0.55
    for number, one in enumerate(cases):
        y = top + number * (SIDE + GAP)
        right = one.right == 0
        colour = MUTED if one.right is None else BLUE if right else VERMILLION
        axes = figure.add_axes((MARGIN / WIDTH, 1 - (y + SIDE) / total, SIDE / WIDTH, SIDE / total))
        axes.imshow(one.image, interpolation="lanczos", aspect="auto")
        axes.set(xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set(visible=True, color=colour, linewidth=2.4)
        block = SIDE / SHOWN
        for place, text in enumerate(one.texts[:SHOWN]):
            base = y + place * block
            bar = figure.add_axes((left / WIDTH, 1 - (base + 0.09) / total, room / WIDTH, 0.07 / total))
            bar.barh([0], [1], color="#eeeeee", height=1)
            bar.barh([0], [one.likely[place]], color=colour if place == 0 else LIGHT_BLUE, height=1)
            bar.set(xlim=(0, 1), ylim=(-0.5, 0.5))
            bar.set_axis_off()
            mark = "✓ " if place == one.right else "✗ " if one.right is not None and place == 0 else ""
            lines = wrap(f"{mark}{text}", room * 72, SMALL, max_lines=LINES)
            weight = "bold" if place == 0 and one.decided == "taken" else "normal"
            figure.text(
                left / WIDTH, 1 - (base + 0.12) / total, "\n".join(lines), size=SMALL, va="top", linespacing=1.25,
                weight=weight, color=INK if place == 0 or place == one.right else MUTED,
            )  # fmt: skip
            figure.text(
                1 - MARGIN / WIDTH, 1 - (base + 0.02) / total, f"{one.cosines[place]:.2f}", size=TEXT, ha="right",
                va="top", weight="bold", color=colour if place == 0 else MUTED,
            )  # fmt: skip
            figure.text(
                1 - MARGIN / WIDTH, 1 - (base + 0.18) / total, f"{one.likely[place]:.0%}", size=SMALL, ha="right",
                va="top", color=MUTED,
            )  # fmt: skip
        if one.decided != "taken":
            figure.text(
                MARGIN / WIDTH, 1 - (y + SIDE + 0.06) / total, one.decided, size=SMALL, va="top", color=MUTED,
                style="italic",
            )  # fmt: skip
    return figure
