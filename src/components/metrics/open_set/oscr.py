"""The points of the ROC and OSCR curves of one model."""

from dataclasses import dataclass

import numpy as np

from components.errors import DataError
from components.metrics.open_set.subsets import check_unknown_scores
from components.metrics.statistics.weighted import Floats
from components.results import UNKNOWN, Predictions


@dataclass(frozen=True)
class OpenSetCurve:
    """What is accepted at each threshold on the unknown score, from the strictest to the laxest.

    Attributes:
        false_positives: (k,) share of the unknown photos that are accepted, from 0 to 1.
        true_positives: (k,) share of the known photos that are accepted, from 0 to 1.
        correct: (k,) share of the known photos that are accepted and whose likeliest class is their own, up to
            the closed-set accuracy.
    """

    false_positives: Floats
    true_positives: Floats
    correct: Floats

    @property
    def auroc(self) -> float:
        """Area under the true positives, `auroc` of `ranking_metrics`."""
        return float(np.trapezoid(self.true_positives, self.false_positives))

    @property
    def oscr(self) -> float:
        """Area under the correct ones, `oscr` of `ranking_metrics`."""
        return float(np.trapezoid(self.correct, self.false_positives))


def open_set_curve(predictions: Predictions) -> OpenSetCurve:
    """The curve of a model; a point for each distinct unknown score, and one where nothing is accepted.

    Raises:
        DataError: When a photo has no unknown score, or known or unknown photos are missing.
    """
    check_unknown_scores([predictions])
    known = predictions.y_true != UNKNOWN
    if known.all() or not known.any():
        lacking = "unknown" if known.all() else "known"
        raise DataError(f"an open-set curve needs known and unknown photos, and there are no {lacking} ones")
    right = known & (predictions.scores.argmax(axis=1) == predictions.y_true)
    order = np.argsort(predictions.unknown_score, kind="stable")
    scores = predictions.unknown_score[order]
    ends = np.flatnonzero(np.append(scores[1:] != scores[:-1], True))

    def shares(mask: np.ndarray[tuple[int], np.dtype[np.bool_]], of: int) -> Floats:
        return np.concatenate([[0.0], np.cumsum(mask[order])[ends] / of])

    knowns = int(known.sum())
    return OpenSetCurve(shares(~known, len(known) - knowns), shares(known, knowns), shares(right, knowns))
