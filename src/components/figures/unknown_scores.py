"""Histograms of unknown scores, with the rejection threshold."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.errors import DataError
from components.figures.style import (
    BLUE,
    INK,
    SMALL,
    VERMILLION,
    WIDTH,
    figure_style,
    footnote,
    titled_figure,
)
from components.figures.text_layout import count_text, percent_text
from components.metrics import check_replicates, check_unknown_scores
from components.results import UNKNOWN, Predictions
from components.wording import counted

BINS = 40
OUTER = 0.5
"""Percent of the photos at either end whose scores are outside the axis; the outermost bars contain them."""

ORANGE = "#b97800"
"""Dark enough to be readable as text."""

Floats = NDArray[np.float64]


@figure_style()
def unknown_score_histograms(
    replicates: Sequence[Predictions],
    thresholds: Sequence[float],
    *,
    detector: str = "",
    subtitle: str = "",
) -> Figure:
    """Draw the unknown scores of known photos, and of unknown photos of known and of new kinds, one above the other.

    Bars contain the photos of all replicates, in percent of their kind; the share of rejected photos is the mean over
    the replicates. A dashed line is the threshold of a replicate, above which photos are rejected.

    Args:
        replicates: Predictions of each replicate, with unknown scores.
        thresholds: Threshold of each replicate; NaN where the head rejects without a threshold, no line is drawn then.
        detector: Name of the detector.
        subtitle: Model and data.

    Raises:
        DataError: When the replicates cannot be averaged, a photo has no unknown score, or there is not one threshold
            per replicate.
    """
    check_replicates(replicates)
    check_unknown_scores(replicates)
    if len(thresholds) != len(replicates):
        raise DataError(f"expected one threshold for each of {len(replicates)} replicates, got {len(thresholds)}")
    kinds = _kinds(replicates)
    everything = np.concatenate([scores for _, scores, _, _ in kinds])
    low, high = _range(everything, thresholds)
    edges = np.linspace(low, high, BINS + 1)

    figure = titled_figure(WIDTH, 1.25 * len(kinds) + 0.55, "Unknown scores", subtitle)
    panels = figure.subplots(len(kinds), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for axes, (name, scores, rejected, colour) in zip(panels, kinds, strict=True):
        counts, _ = np.histogram(np.clip(scores, low, high), edges)
        axes.bar(edges[:-1], 100 * counts / len(scores), np.diff(edges), align="edge", color=colour, linewidth=0)
        _thresholds(axes, thresholds)
        share = 100 * rejected
        axes.set_title(
            f"{name}: n = {count_text(len(scores) / len(replicates))}, {percent_text(share)} rejected", color=colour
        )
        axes.grid(visible=True, axis="y")
        axes.set_xlim(low, high)
    figure.supylabel("percent of the photos", size=SMALL, color=INK)
    panels[-1].set_xlabel(f"{detector + ': ' if detector else ''}unknown score, higher = more unknown")
    footnote(figure, _remark(everything, low, high, thresholds))
    return figure


def _kinds(replicates: Sequence[Predictions]) -> list[tuple[str, Floats, float, str]]:
    """Return name, scores of all replicates, share of rejected photos, and colour of each kind.

    The share is the mean over the replicates that have photos of the kind, as that of the metric `unknown_rejection`.
    """
    scores = np.concatenate([replicate.unknown_score for replicate in replicates])
    rejected = np.concatenate([replicate.y_pred == UNKNOWN for replicate in replicates])
    replicate_of = np.repeat(np.arange(len(replicates)), [len(replicate) for replicate in replicates])
    unknown = np.concatenate([replicate.y_true == UNKNOWN for replicate in replicates])
    masks = [("known classes", ~unknown, BLUE)]
    new = [replicate.new_unknown for replicate in replicates if replicate.new_unknown is not None]
    if len(new) < len(replicates):
        masks.append(("unknown", unknown, VERMILLION))
    else:
        is_new = np.concatenate(new)
        masks += [
            ("unknown, kinds seen in training", unknown & ~is_new, ORANGE),
            ("unknown, new kinds", is_new, VERMILLION),
        ]

    def share(mask: NDArray[np.bool_]) -> float:
        present = np.unique(replicate_of[mask])
        return float(np.mean([rejected[mask & (replicate_of == number)].mean() for number in present]))

    return [(name, scores[mask], share(mask), colour) for name, mask, colour in masks if mask.any()]


def _range(scores: Floats, thresholds: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the axis, which contains the middle 99 percent of the scores, and the thresholds."""
    finite = scores[np.isfinite(scores)]
    if not len(finite):
        raise DataError("none of the unknown scores is finite: the detector does not fit this data")
    low, high = np.percentile(finite, (OUTER, 100 - OUTER))
    finite_thresholds = [threshold for threshold in thresholds if np.isfinite(threshold)]
    low, high = min([low, *finite_thresholds]), max([high, *finite_thresholds])
    margin = 0.02 * (high - low) or 0.5
    return float(low - margin), float(high + margin)


def _thresholds(axes: Axes, thresholds: Sequence[float]) -> None:
    for threshold in sorted({threshold for threshold in thresholds if np.isfinite(threshold)}):
        axes.axvline(threshold, color=INK, linestyle="--", linewidth=1.2 if len(thresholds) == 1 else 0.8, zorder=3)


def _remark(scores: Floats, low: float, high: float, thresholds: Sequence[float]) -> str:
    several = len(thresholds) > 1
    beyond = int(((scores < low) | (scores > high)).sum())
    parts = [
        f"Photos of {len(thresholds)} replicates; n and rejected: means over replicates" if several else "",
        f"Dashed: the threshold{' of each' if several else ''}, fitted on validation photos"
        if np.isfinite(thresholds).any()
        else "The head rejects by its own rule, not by a threshold on this score",
        f"{counted(beyond, 'score')} outside the axis {'is' if beyond == 1 else 'are'} in the outermost bars"
        if beyond
        else "",
    ]
    return " ".join(f"{part}." for part in parts if part)
