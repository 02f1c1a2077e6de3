"""Histograms of the unknown scores, and where the threshold cuts them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.lettering import percent_text
from components.figures.style import (
    BLUE,
    INK,
    SMALL,
    VERMILLION,
    WIDTH,
    footnote,
    house_style,
    titled_figure,
)
from components.metrics import check_replicates, check_unknown_scores
from components.results import UNKNOWN, Predictions

BINS = 40
OUTER = 0.5
"""Percent of the photos at either end whose scores lie beyond the axis: the outermost bars hold them."""

ORANGE = "#b97800"
"""Darker than the others of the house, so that it can be read as text."""

Floats = NDArray[np.float64]


@house_style()
def unknown_score_histograms(
    replicates: Sequence[Predictions],
    thresholds: Sequence[float],
    *,
    detector: str = "",
    subtitle: str = "",
) -> Figure:
    """How high known photos, unknown ones of known kinds and of new kinds score, one above the other.

    Bars hold the photos of all replicates, as percent of their kind. A dashed line is the threshold of a
    replicate, above which its photos are rejected.

    Args:
        replicates: Predictions of each model, with unknown scores.
        thresholds: Of each replicate; NaN where the head rejects by a rule of its own, and no line is drawn.
        detector: What gave the scores.
        subtitle: What was trained on what.

    Raises:
        DataError: When the replicates cannot be compared, a photo has no unknown score, or thresholds are not
            one a replicate.
    """
    check_replicates(replicates)
    check_unknown_scores(replicates)
    if len(thresholds) != len(replicates):
        raise DataError(f"expected a threshold for each of {len(replicates)} replicates, there are {len(thresholds)}")
    kinds = [one for one in _kinds(replicates) if len(one[1])]
    everything = np.concatenate([scores for _, scores, _, _ in kinds])
    low, high = _range(everything, thresholds)
    edges = np.linspace(low, high, BINS + 1)

    figure = titled_figure(WIDTH, 1.25 * len(kinds) + 0.55, "Unknown scores", subtitle)
    panels = figure.subplots(len(kinds), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for axes, (name, scores, rejected, colour) in zip(panels, kinds, strict=True):
        counts, _ = np.histogram(np.clip(scores, low, high), edges)
        axes.bar(edges[:-1], 100 * counts / len(scores), np.diff(edges), align="edge", color=colour, linewidth=0)
        _thresholds(axes, thresholds)
        share = 100 * rejected.mean()
        axes.set_title(
            f"{name}: n = {_photos(len(scores) / len(replicates))}, {percent_text(share)} rejected", color=colour
        )
        axes.grid(visible=True, axis="y")
        axes.set_xlim(low, high)
    figure.supylabel("percent of the photos", size=SMALL, color=INK)
    panels[-1].set_xlabel(f"{detector + ': ' if detector else ''}unknown score, higher = more unknown")
    footnote(figure, _remark(everything, low, high, thresholds))
    return figure


def _kinds(replicates: Sequence[Predictions]) -> list[tuple[str, Floats, NDArray[np.bool_], str]]:
    """Name, scores, which are rejected, and colour of each kind of photos, all replicates pooled."""
    scores = np.concatenate([one.unknown_score for one in replicates])
    rejected = np.concatenate([one.y_pred == UNKNOWN for one in replicates])
    unknown = np.concatenate([one.y_true == UNKNOWN for one in replicates])
    masks = [("known classes", ~unknown, BLUE)]
    new = [one.new_unknown for one in replicates if one.new_unknown is not None]
    if len(new) < len(replicates):
        masks.append(("unknown", unknown, VERMILLION))
    else:
        fresh = np.concatenate(new)
        masks += [
            ("unknown, kinds seen in training", unknown & ~fresh, ORANGE),
            ("unknown, new kinds", fresh, VERMILLION),
        ]
    return [(name, scores[mask], rejected[mask], colour) for name, mask, colour in masks]


def _photos(count: float) -> str:
    """A number of photos, with one decimal where it is a mean."""
    return f"{count:.1f}".removesuffix(".0")


def _range(scores: Floats, thresholds: Sequence[float]) -> tuple[float, float]:
    """Ends of the axis: the middle 99 percent of the scores and the thresholds."""
    finite = scores[np.isfinite(scores)]
    if not len(finite):
        raise DataError("none of the unknown scores is finite: the detector does not fit this data")
    low, high = np.percentile(finite, (OUTER, 100 - OUTER))
    inside = [at for at in thresholds if np.isfinite(at)]
    low, high = min([low, *inside]), max([high, *inside])
    room = 0.02 * (high - low) or 0.5
    return float(low - room), float(high + room)


def _thresholds(axes: Axes, thresholds: Sequence[float]) -> None:
    for at in sorted({at for at in thresholds if np.isfinite(at)}):
        axes.axvline(at, color=INK, linestyle="--", linewidth=1.2 if len(thresholds) == 1 else 0.8, zorder=3)


def _remark(scores: Floats, low: float, high: float, thresholds: Sequence[float]) -> str:
    several = len(thresholds) > 1
    beyond = int(((scores < low) | (scores > high)).sum())
    parts = [
        f"Photos of {len(thresholds)} replicates; n: in one of them, in the mean" if several else "",
        f"Dashed: the threshold{' of each' if several else ''}, chosen on validation photos"
        if np.isfinite(thresholds).any()
        else "The head rejects by a rule of its own, not by a threshold on this score",
        f"{beyond} scores beyond the axis are in the outermost bars" if beyond else "",
    ]
    return " ".join(f"{part}." for part in parts if part)
