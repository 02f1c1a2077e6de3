"""The photos that the model is most confidently wrong about."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.lettering import shorten, wrap
from components.figures.photos import Images, check_images, name_of
from components.figures.style import (
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
from components.results import UNKNOWN, Predictions

GAP, HEADING, CAPTION = 0.14, 0.34, 0.86
"""Inches between photos, over a row, and under a photo for its five lines."""


@dataclass(frozen=True)
class Mistakes:
    """One way of being wrong: what it is, what the worst have, which photos, the worst first, and how sure it was."""

    heading: str
    worst: str
    rows: NDArray[np.int64]
    sure: list[str]


@house_style()
def confident_mistakes(
    predictions: Predictions, images: Images, titles: NDArray[np.object_], n: int = 5, *, subtitle: str = ""
) -> Figure:
    """The worst mistakes of each kind, a row a kind: prediction, truth, score and title under each photo.

    Kinds: unknown photos that were accepted, those of the lowest unknown score first; known ones that were
    rejected, the highest first; known ones taken for another class, by the probability of that class.

    Args:
        predictions: Of one replicate.
        images: (rows, S, S, 3) uint8, aligned with the predictions.
        titles: (rows,) of the photos; where "", the name of the file stands.
        n: Photos of each kind at most.
        subtitle: What was trained on what.

    Raises:
        DataError: When images or titles do not fit the predictions.
    """
    check_images(predictions, images)
    if len(titles) != len(predictions):
        raise DataError(f"{len(titles)} titles for {len(predictions)} predictions: expected one a photo")
    kinds = mistakes(predictions)
    side = (WIDTH - 2 * MARGIN - (n - 1) * GAP) / n
    heights = [HEADING + (side + CAPTION if len(kind.rows) else 0.1) for kind in kinds]
    figure = titled_figure(WIDTH, sum(heights) + MARGIN, "Most confidently wrong", subtitle, constrained=False)
    top, total = header_height(WIDTH, subtitle), figure.get_figheight()
    for kind, height in zip(kinds, heights, strict=True):
        shown = f"{n} of {len(kind.rows)}, {kind.worst} first" if len(kind.rows) > n else str(len(kind.rows) or "none")
        figure.text(MARGIN / WIDTH, 1 - (top + 0.2) / total, f"{kind.heading}: {shown}", size=TEXT, weight="bold")
        for place, (row, sure) in enumerate(zip(kind.rows[:n].tolist(), kind.sure, strict=False)):
            left = MARGIN + place * (side + GAP)
            _photo(figure, images[row], left, top + HEADING, side)
            title = str(titles[row]) or str(predictions.ids[row]).rsplit("/", 1)[-1]
            lines: list[tuple[str, dict[str, Any]]] = [
                (f"✗ {name_of(predictions, int(predictions.y_pred[row]))}", {"color": VERMILLION, "weight": "bold"}),
                (f"true: {name_of(predictions, int(predictions.y_true[row]))}", {"color": MUTED}),
                (sure, {"color": MUTED}),
                *((line, {}) for line in wrap(title, side * 72, SMALL, max_lines=2)),
            ]
            for line, (text, look) in enumerate(lines):
                below = top + HEADING + side + 0.14 + 0.14 * line
                fitted = shorten(text, side * 72, SMALL, str(look.get("weight", "normal")))
                figure.text(left / WIDTH, 1 - below / total, fitted, size=SMALL, **look)
        top += height
    return figure


def mistakes(predictions: Predictions) -> list[Mistakes]:
    """The mistakes of each kind that can occur, the most confident first; equal ones in the order of the photos."""
    unknown, rejected = predictions.y_true == UNKNOWN, predictions.y_pred == UNKNOWN
    said = predictions.scores[np.arange(len(predictions)), np.maximum(predictions.y_pred, 0)]
    found = []
    if unknown.any():
        rows = _ordered(unknown & ~rejected, predictions.unknown_score)
        scores = _unknown_scores(predictions, rows)
        found.append(Mistakes("Unknown photos taken for known", "lowest unknown score", rows, scores))
    if unknown.any() or rejected.any():
        rows = _ordered(~unknown & rejected, -predictions.unknown_score)
        scores = _unknown_scores(predictions, rows)
        found.append(Mistakes("Known photos rejected", "highest unknown score", rows, scores))
    rows = _ordered(~unknown & ~rejected & (predictions.y_pred != predictions.y_true), -said)
    sure = [f"probability {said[row]:.2f}" for row in rows]
    found.append(Mistakes("Known photos taken for another class", "highest probability", rows, sure))
    return found


def _ordered(mask: NDArray[np.bool_], by: NDArray[np.float64]) -> NDArray[np.int64]:
    rows = np.flatnonzero(mask)
    return rows[np.argsort(by[rows], kind="stable")]


def _unknown_scores(predictions: Predictions, rows: NDArray[np.int64]) -> list[str]:
    return [f"score {predictions.unknown_score[row]:.3g}".replace("-", "\N{MINUS SIGN}") for row in rows]


def _photo(figure: Figure, image: NDArray[np.uint8], left: float, top: float, side: float) -> None:
    width, height = figure.get_size_inches()
    axes = figure.add_axes((left / width, 1 - (top + side) / height, side / width, side / height))
    axes.imshow(image, interpolation="lanczos", aspect="auto")
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=VERMILLION, linewidth=2.4)
