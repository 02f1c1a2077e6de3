"""ROC and OSCR curves of one model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError
from components.metrics.open_set.metric_families import check_unknown_scores
from components.metrics.statistics import Floats
from components.results import UNKNOWN, Predictions


@dataclass(frozen=True)
class OpenSetCurve:
    """Proportions of accepted photos at each threshold on the unknown score, in ascending order.

    Attributes:
        false_positives: (k,) proportion of unknown photos that are accepted, from 0 to 1.
        true_positives: (k,) proportion of known photos that are accepted, from 0 to 1.
        correct: (k,) proportion of known photos that are accepted and whose most likely class is the true one, from 0
            to the closed-set accuracy.
    """

    false_positives: Floats
    true_positives: Floats
    correct: Floats

    @property
    def auroc(self) -> float:
        """Area under the ROC curve; `auroc` of `ranking_metrics`."""
        return float(np.trapezoid(self.true_positives, self.false_positives))

    @property
    def oscr(self) -> float:
        """Area under the OSCR curve; `oscr` of `ranking_metrics`."""
        return float(np.trapezoid(self.correct, self.false_positives))


def open_set_curve(predictions: Predictions) -> OpenSetCurve:
    """Compute the curve of a model: one point per distinct unknown score, after one at which nothing is accepted.

    Raises:
        DataError: When a photo has no unknown score, or there are no known or no unknown photos.
    """
    check_unknown_scores([predictions])
    known = predictions.y_true != UNKNOWN
    if known.all() or not known.any():
        missing = "unknown" if known.all() else "known"
        raise DataError(f"an open-set curve needs known and unknown photos, and there are no {missing} ones")
    correct = known & (predictions.scores.argmax(axis=1) == predictions.y_true)
    order = np.argsort(predictions.unknown_score, kind="stable")
    scores = predictions.unknown_score[order]
    ends = np.flatnonzero(np.append(scores[1:] != scores[:-1], True))

    def proportions(mask: NDArray[np.bool_], total: int) -> Floats:
        return np.concatenate([[0.0], np.cumsum(mask[order])[ends] / total])

    n_known = int(known.sum())
    return OpenSetCurve(
        proportions(~known, len(known) - n_known), proportions(known, n_known), proportions(correct, n_known)
    )
