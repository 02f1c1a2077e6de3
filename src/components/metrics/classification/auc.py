"""Area under the ROC curve for several classes, for all resamples at once."""

import numpy as np
from numpy.typing import NDArray

from components.metrics.statistics import Floats, ratio


def auc_metrics(scores: Floats, y_true: NDArray[np.int64], weights: Floats) -> dict[str, Floats]:
    """Compute the AUC averaged over pairs of classes and over one-versus-rest problems.

    An area is the proportion of (positive, negative) pairs of photos that the score orders correctly, where a tie
    counts half (Hanley & McNeil 1982); the weight of a pair is the product of the photos' weights. `auc_ovo` is the
    mean over ordered pairs of classes (Hand & Till 2001; scikit-learn: multi_class="ovo", average="macro"). `auc_ovr`
    is the mean over classes against the rest, weighted by the photos of the class (multi_class="ovr",
    average="weighted"). Pairs with a class that a resample does not contain are ignored; NaN when none remains.

    Args:
        scores: (n, C); column c ranks the photos by class c.
        y_true: (n,) indices into the columns.
        weights: (n, B) counts; see `components.metrics.statistics.weighted`.

    Returns:
        auc_ovo and auc_ovr, (B,) each.
    """
    wins, totals = _pairwise_wins(scores, y_true, weights)
    pairs = totals[:, None, :] * totals[None, :, :]
    pairs[np.arange(len(totals)), np.arange(len(totals))] = 0
    ovo = ratio(ratio(wins, pairs, 0.0).sum(axis=(0, 1)), (pairs > 0).sum(axis=(0, 1)), np.nan)

    photos = totals.sum(axis=0)
    area = ratio(wins.sum(axis=1), totals * (photos - totals), 0.0)
    support = np.where(photos > totals, totals, 0.0)
    ovr = ratio((area * support).sum(axis=0), support.sum(axis=0), np.nan)
    return {"auc_ovo": ovo, "auc_ovr": ovr}


def _pairwise_wins(scores: Floats, y_true: NDArray[np.int64], weights: Floats) -> tuple[Floats, Floats]:
    """Count correctly ordered pairs of photos for each pair of classes.

    Returns:
        (C, C, B) weight of the pairs (photo of class a, photo of class b) that score column a orders correctly, and
        (C, B) weight of the photos of each class.
    """
    n_classes, resamples = scores.shape[1], weights.shape[1]
    rows = [np.flatnonzero(y_true == label) for label in range(n_classes)]
    totals = np.stack([weights[of_class].sum(axis=0) for of_class in rows])
    wins = np.zeros((n_classes, n_classes, resamples))
    for a in range(n_classes):
        # Sorted by score, consecutive photos look up neighbouring rows of `below`, which is faster (cache locality).
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
