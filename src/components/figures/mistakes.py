"""The most confident mistakes of a model, as photos."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.figures.photos import Images, check_images, name_of
from components.figures.placement import photo_at, text_at
from components.figures.style import (
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
from components.figures.text_layout import shorten, wrap
from components.results import UNKNOWN, Predictions

GAP, HEADING, CAPTION = 0.14, 0.34, 0.86
"""Inches: between photos, the heading of a row, the five lines under a photo."""


@dataclass(frozen=True)
class Mistakes:
    """Mistakes of one kind.

    Attributes:
        heading: Name of the kind.
        order: What the most confident mistakes have: "highest probability".
        rows: (m,) rows of the predictions, the most confident mistake first.
        scores: (m,) text with the score of each.
    """

    heading: str
    order: str
    rows: NDArray[np.int64]
    scores: list[str]


@figure_style()
def confident_mistakes(
    predictions: Predictions, images: Images, titles: NDArray[np.object_], n: int = 5, *, subtitle: str = ""
) -> Figure:
    """Draw the most confident mistakes of each kind in one row, with prediction, truth, score and title.

    Kinds: accepted unknown photos, by ascending unknown score; rejected known photos, by descending unknown score;
    known photos assigned to another class, by descending probability of that class.

    Args:
        predictions: Predictions of one replicate.
        images: (rows, S, S, 3) uint8 photos, aligned with the predictions.
        titles: (rows,) titles of the photos; the file name is shown where "".
        n: Largest number of photos of each kind.
        subtitle: Model and data.

    Raises:
        DataError: When images or titles do not fit the predictions.
    """
    check_images(predictions, images, titles=titles)
    kinds = mistakes(predictions)
    side = (WIDTH - 2 * MARGIN - (n - 1) * GAP) / n
    heights = [HEADING + (side + CAPTION if len(kind.rows) else 0.1) for kind in kinds]
    figure = titled_figure(WIDTH, sum(heights) + MARGIN, "Most confidently wrong", subtitle, constrained=False)
    top = header_height(WIDTH, subtitle)
    for kind, height in zip(kinds, heights, strict=True):
        shown = f"{n} of {len(kind.rows)}, {kind.order} first" if len(kind.rows) > n else str(len(kind.rows) or "none")
        text_at(figure, MARGIN, top + 0.2, f"{kind.heading}: {shown}", size=TEXT, weight="bold")
        for column, (row, score) in enumerate(zip(kind.rows[:n].tolist(), kind.scores, strict=False)):
            left = MARGIN + column * (side + GAP)
            photo_at(figure, images[row], left, top + HEADING, side, VERMILLION)
            title = str(titles[row]) or str(predictions.ids[row]).rsplit("/", 1)[-1]
            lines: list[tuple[str, dict[str, Any]]] = [
                (f"✗ {name_of(predictions, int(predictions.y_pred[row]))}", {"color": VERMILLION, "weight": "bold"}),
                (f"true: {name_of(predictions, int(predictions.y_true[row]))}", {"color": MUTED}),
                (score, {"color": MUTED}),
                *((line, {}) for line in wrap(title, side * 72, SMALL, max_lines=2)),
            ]
            for number, (text, properties) in enumerate(lines):
                fitted = shorten(text, side * 72, SMALL, str(properties.get("weight", "normal")))
                text_at(figure, left, top + HEADING + side + 0.14 + 0.14 * number, fitted, **properties)
        top += height
    return figure


def mistakes(predictions: Predictions) -> list[Mistakes]:
    """Return the mistakes of each kind that can occur, most confident first; ties keep the order of the photos."""
    unknown, rejected = predictions.y_true == UNKNOWN, predictions.y_pred == UNKNOWN
    probability = predictions.scores[np.arange(len(predictions)), np.maximum(predictions.y_pred, 0)]
    found = []
    if unknown.any():
        rows = _sorted_rows(unknown & ~rejected, predictions.unknown_score)
        scores = _unknown_scores(predictions, rows)
        found.append(Mistakes("Unknown photos taken for known", "lowest unknown score", rows, scores))
    if unknown.any() or rejected.any():
        rows = _sorted_rows(~unknown & rejected, -predictions.unknown_score)
        scores = _unknown_scores(predictions, rows)
        found.append(Mistakes("Known photos rejected", "highest unknown score", rows, scores))
    rows = _sorted_rows(~unknown & ~rejected & (predictions.y_pred != predictions.y_true), -probability)
    scores = [f"probability {probability[row]:.2f}" for row in rows]
    found.append(Mistakes("Known photos taken for another class", "highest probability", rows, scores))
    return found


def _sorted_rows(mask: NDArray[np.bool_], key: NDArray[np.float64]) -> NDArray[np.int64]:
    rows = np.flatnonzero(mask)
    return rows[np.argsort(key[rows], kind="stable")]


def _unknown_scores(predictions: Predictions, rows: NDArray[np.int64]) -> list[str]:
    return [f"score {predictions.unknown_score[row]:.3g}".replace("-", "\N{MINUS SIGN}") for row in rows]
