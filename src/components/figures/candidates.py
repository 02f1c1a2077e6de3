"""Photos with their candidate texts, and the score of each text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.placement import photo_at, text_at
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
    figure_style,
    header_height,
    titled_figure,
)
from components.figures.text_layout import wrap

SIDE, GAP = 1.9, 0.3
"""Inches: a photo; the space below it."""

MAX_CANDIDATES, MAX_LINES = 4, 2
"""Candidates shown per photo, and lines per candidate."""

TEXT_LEFT = MARGIN + SIDE + 0.2
TEXT_WIDTH = WIDTH - TEXT_LEFT - MARGIN - 0.55
"""Inches: where candidate texts begin, and how wide they may be."""


@dataclass(frozen=True)
class CandidateCase:
    """A photo with its candidate texts, the best one first.

    Attributes:
        image: (S, S, 3) uint8 pixels.
        texts: Candidate texts.
        cosines: Cosine similarity of each text with the photo.
        likely: Calibrated probability of each text.
        right: Index of the correct text; None if it is unknown or not among the candidates.
        decided: Decision on the photo: "taken" if the first text is assigned, else what is done instead.
    """

    image: NDArray[np.uint8]
    texts: Sequence[str]
    cosines: Sequence[float]
    likely: Sequence[float]
    right: int | None
    decided: str


@figure_style()
def candidate_cases(cases: Sequence[CandidateCase], *, subtitle: str = "") -> Figure:
    """Draw photos, each with its best candidate texts, their cosines and probabilities.

    Args:
        cases: At least one.
        subtitle: Model and choices.

    Raises:
        DataError: When there are no cases.
    """
    if not cases:
        raise DataError("no choices to draw")
    height = len(cases) * (SIDE + GAP)
    figure = titled_figure(WIDTH, height, "Which text fits the photo", subtitle, constrained=False)
    top = header_height(WIDTH, subtitle)
    for number, case in enumerate(cases):
        y = top + number * (SIDE + GAP)
        colour = MUTED if case.right is None else BLUE if case.right == 0 else VERMILLION
        photo_at(figure, case.image, MARGIN, y, SIDE, colour)
        for rank in range(min(MAX_CANDIDATES, len(case.texts))):
            _candidate(figure, case, rank, y + rank * SIDE / MAX_CANDIDATES, colour)
        if case.decided != "taken":
            text_at(figure, MARGIN, y + SIDE + 0.06, case.decided, va="top", color=MUTED, style="italic")
    return figure


def _candidate(figure: Figure, case: CandidateCase, rank: int, top: float, colour: str) -> None:
    """Draw one candidate: a bar of its probability, its text, cosine and probability."""
    total = float(figure.get_figheight())
    best, likely = rank == 0, case.likely[rank]
    bar = figure.add_axes((TEXT_LEFT / WIDTH, 1 - (top + 0.09) / total, TEXT_WIDTH / WIDTH, 0.07 / total))
    bar.barh([0], [1], color="#eeeeee", height=1)
    bar.barh([0], [likely], color=colour if best else LIGHT_BLUE, height=1)
    bar.set(xlim=(0, 1), ylim=(-0.5, 0.5))
    bar.set_axis_off()
    mark = "✓ " if rank == case.right else "✗ " if case.right is not None and best else ""
    lines = wrap(f"{mark}{case.texts[rank]}", TEXT_WIDTH * 72, SMALL, max_lines=MAX_LINES)
    text_at(
        figure, TEXT_LEFT, top + 0.12, "\n".join(lines), va="top", linespacing=1.25,
        weight="bold" if best and case.decided == "taken" else "normal",
        color=INK if best or rank == case.right else MUTED,
    )  # fmt: skip
    right = {"ha": "right", "va": "top"}
    text_at(
        figure, WIDTH - MARGIN, top + 0.02, f"{case.cosines[rank]:.2f}", size=TEXT, weight="bold",
        color=colour if best else MUTED, **right,
    )  # fmt: skip
    text_at(figure, WIDTH - MARGIN, top + 0.18, f"{likely:.0%}", color=MUTED, **right)
