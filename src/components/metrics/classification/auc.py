"""Area under the ROC curve for several classes, for all resamples at once."""

import numpy as np
from numpy.typing import NDArray

from components.metrics.statistics.weighted import Floats, ratio


def auc_metrics(scores: Floats, y_true: NDArray[np.int64], weights: Floats) -> dict[str, Floats]:
    """AUC averaged over pairs of classes and over one-versus-rest problems.

    An area is the share of (positive, negative) pairs of photos that the score puts in the right order, a
    tie being half a pair (Hanley & McNeil 1982); weights multiply. `auc_ovo` is the mean over ordered pairs
    of classes (Hand & Till 2001; scikit-learn: multi_class="ovo", average="macro"). `auc_ovr` is the mean
    over classes against the rest, weighted with their photos (multi_class="ovr", average="weighted").
    Pairs of classes of which a resample lacks one are left out; NaN when none remains.

    Args:
        scores: (n, C), column c ranks photos by how much they look like class c.
        y_true: (n,) indices into the columns.
        weights: (n, B) counts; see `components.metrics.statistics.weighted`.

    Returns:
        (B,) each: auc_ovo, auc_ovr.
    """
    wins, totals = _pairwise_wins(scores, y_true, weights)
    pairs = totals[:, None, :] * totals[None, :, :]
    pairs[np.arange(len(totals)), np.arange(len(totals))] = 0
    ovo = ratio(ratio(wins, pairs, 0.0).sum(axis=(0, 1)), (pairs > 0).sum(axis=(0, 1)), np.nan)

    photos = totals.sum(axis=0)
    area = ratio(wins.sum(axis=1), totals * (photos - totals), 0.0)
    counted = np.where(photos > totals, totals, 0.0)
    ovr = ratio((area * counted).sum(axis=0), counted.sum(axis=0), np.nan)
    return {"auc_ovo": ovo, "auc_ovr": ovr}


def _pairwise_wins(scores: Floats, y_true: NDArray[np.int64], weights: Floats) -> tuple[Floats, Floats]:
    """(C, C, B) weight of the pairs (a photo of a, a photo of b) that score column a orders rightly; (C, B) photos."""
    n_classes, resamples = scores.shape[1], weights.shape[1]
    rows = [np.flatnonzero(y_true == label) for label in range(n_classes)]
    totals = np.stack([weights[one].sum(axis=0) for one in rows])
    wins = np.zeros((n_classes, n_classes, resamples))
    for a in range(n_classes):
        # In the order of their scores neighbours look up neighbouring rows of `below`, which is kind to the cache.
        positives = rows[a][np.argsort(scores[rows[a], a])]
        positive_scores, positive_weights = scores[positives, a], weights[positives]
        for b in range(n_classes):
            if a == b or not len(rows[a]) or not len(rows[b]):
                continue
            negatives = rows[b][np.argsort(scores[rows[b], a])]
            below = np.zeros((len(negatives) + 1, resamples))
            np.cumsum(weights[negatives], axis=0, out=below[1:])
            lower = np.searchsorted(scores[negatives, a], positive_scores, side="left")
            upper = np.searchsorted(scores[negatives, a], positive_scores, side="right")
            wins[a, b] = np.einsum("nb,nb->b", positive_weights, below[lower])
            tied = np.flatnonzero(upper > lower)
            wins[a, b] += np.einsum("nb,nb->b", positive_weights[tied], below[upper[tied]] - below[lower[tied]]) / 2
    return wins, totals
