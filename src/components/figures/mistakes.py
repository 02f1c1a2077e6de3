"""The most confident mistakes of a model, as photos."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.figures.photos import Images, check_images, name_of
from components.figures.placement import photo_at, text_at
from components.figures.style import (
    HINTING,
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

GAP, HEADING, LINE, BELOW, NONE = 0.14, 0.34, 0.14, 0.16, 0.1
"""Inches: between photos, the heading of a kind, a line of text, below the lines under photos, in place of photos."""

PAIRS = 4
"""Number of pairs of classes that are named because they are confused most often."""

Line = tuple[str, dict[str, Any]]
"""A line of text under a photo, and its properties."""


@dataclass(frozen=True)
class Mistakes:
    """Mistakes of one kind.

    Attributes:
        heading: Name of the kind.
        order: What the most confident mistakes have: "highest probability".
        rows: (m,) rows of the predictions, the most confident mistake first.
        scores: (m,) text with the score of each.
        pairs: Which classes were taken for which most often, in words; "" if there is nothing to say.
    """

    heading: str
    order: str
    rows: NDArray[np.int64]
    scores: list[str]
    pairs: str = ""


@figure_style()
def confident_mistakes(
    predictions: Predictions,
    images: Images,
    titles: NDArray[np.object_],
    n: int = 5,
    columns: int = 5,
    *,
    subtitle: str = "",
) -> Figure:
    """Draw the most confident mistakes of each kind, with prediction, truth, score and title.

    Kinds: accepted unknown photos, by ascending unknown score; rejected known photos, by descending unknown score;
    known photos assigned to another class, by descending probability of that class, with the classes that are confused
    most often.

    Args:
        predictions: Predictions of one replicate.
        images: (rows, S, S, 3) uint8 photos, aligned with the predictions.
        titles: (rows,) titles of the photos; the file name is shown where "".
        n: Largest number of photos of each kind.
        columns: Number of photos side by side.
        subtitle: Model and data.

    Raises:
        DataError: When images or titles do not fit the predictions.
    """
    check_images(predictions, images, titles=titles)
    side = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns
    kinds = mistakes_by_kind(predictions)
    headings = [_heading(kind, n) for kind in kinds]
    rows_of = [_photo_rows(predictions, titles, kind, n, columns, side) for kind in kinds]
    heights = [[side + _caption_height(photos) for photos in rows] for rows in rows_of]
    total = sum(HEADING + LINE * (len(lines) - 1) for lines in headings) + sum(sum(one) or NONE for one in heights)
    figure = titled_figure(WIDTH, total + MARGIN, "Most confidently wrong", subtitle, constrained=False)
    top = header_height(WIDTH, subtitle)
    for heading, rows, row_heights in zip(headings, rows_of, heights, strict=True):
        text_at(figure, MARGIN, top + 0.2, heading[0], size=TEXT, weight="bold")
        for number, line in enumerate(heading[1:], start=1):
            text_at(figure, MARGIN, top + 0.2 + LINE * number, line, color=MUTED)
        top += HEADING + LINE * (len(heading) - 1)
        for photos, height in zip(rows, row_heights, strict=True):
            for column, (row, lines) in enumerate(photos):
                left = MARGIN + column * (side + GAP)
                photo_at(figure, images[row], left, top, side, VERMILLION)
                for number, (text, properties) in enumerate(lines, start=1):
                    text_at(figure, left, top + side + LINE * number, text, **properties)
            top += height
        top += 0 if rows else NONE
    return figure


def _heading(kind: Mistakes, n: int) -> list[str]:
    """Return the lines above the photos of a kind."""
    shown = f"{n} of {len(kind.rows)}, {kind.order} first" if len(kind.rows) > n else str(len(kind.rows) or "none")
    return [f"{kind.heading}: {shown}", *wrap(kind.pairs, (WIDTH - 2 * MARGIN) * 72 * HINTING, SMALL)]


def _photo_rows(
    predictions: Predictions, titles: NDArray[np.object_], kind: Mistakes, n: int, columns: int, side: float
) -> list[list[tuple[int, list[Line]]]]:
    """Return the photos of a kind side by side: the row of each in the predictions, and the lines under it."""
    captions = []
    for row, score in zip(kind.rows[:n].tolist(), kind.scores, strict=False):
        taken, true = (name_of(predictions, int(labels[row])) for labels in (predictions.y_pred, predictions.y_true))
        marked = wrap(f"✗ {taken}", side * 72, SMALL, max_lines=2, weight="bold")
        truth = wrap(f"true: {true}", side * 72, SMALL, max_lines=2)
        title = str(titles[row]) or str(predictions.ids[row]).rsplit("/", 1)[-1]
        lines: list[Line] = [(line, {"color": VERMILLION, "weight": "bold"}) for line in marked]
        lines += [(line, {"color": MUTED}) for line in [*truth, shorten(score, side * 72, SMALL)]]
        lines += [(line, {}) for line in wrap(title, side * 72, SMALL, max_lines=2)]
        captions.append((row, lines))
    return [captions[start : start + columns] for start in range(0, len(captions), columns)]


def _caption_height(photos: list[tuple[int, list[Line]]]) -> float:
    return LINE * max(len(lines) for _, lines in photos) + BELOW


def mistakes_by_kind(predictions: Predictions) -> list[Mistakes]:
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
    heading = "Known photos taken for another class" if found else "Photos taken for another class"
    found.append(Mistakes(heading, "highest probability", rows, scores, _frequent_pairs(predictions, rows)))
    return found


def _frequent_pairs(predictions: Predictions, rows: NDArray[np.int64]) -> str:
    """Say which classes were taken for which other class more than once."""
    counts = Counter(zip(predictions.y_true[rows].tolist(), predictions.y_pred[rows].tolist(), strict=True))
    frequent = [(pair, count) for pair, count in counts.most_common(PAIRS) if count > 1]
    names = predictions.class_names
    return ", ".join(f"{names[truth]} → {names[taken]} {count} ×" for (truth, taken), count in frequent)


def _sorted_rows(mask: NDArray[np.bool_], key: NDArray[np.float64]) -> NDArray[np.int64]:
    rows = np.flatnonzero(mask)
    return rows[np.argsort(key[rows], kind="stable")]


def _unknown_scores(predictions: Predictions, rows: NDArray[np.int64]) -> list[str]:
    return [f"score {predictions.unknown_score[row]:.3g}".replace("-", "\N{MINUS SIGN}") for row in rows]
