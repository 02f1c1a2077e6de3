"""Metrics of the ranking of photos by unknown score, for all resamples at once.

They depend only on the order of the scores, including ties: the scale is arbitrary, and an increasing transformation
changes nothing. (torchmetrics' AUROC first applies a sigmoid to scores outside [0, 1], where energies in float32 tie;
scikit-learn's does not.)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from components.metrics.statistics import Floats, ratio

Mask = NDArray[np.bool_]

RANKING = ("auroc", "aupr_unknown", "aupr_known", "fpr95_unknown", "fpr95_known", "oscr")
"""Names of the metrics that `ranking_metrics` computes."""


def ranking_metrics(
    unknown_score: Floats, known: Mask, correct: Mask, weights: Floats, unknowns: Mapping[str, Mask]
) -> dict[str, Floats]:
    """Compute metrics of unknown scores; known photos should have lower scores than unknown ones.

    - auroc: proportion of (known, unknown) pairs in the right order, where a tie counts half (Hanley & McNeil 1982).
    - aupr_unknown, unknown photos are the positives: average precision of retrieving them by descending score, "AUPR
      out" of published tables; aupr_known, known photos are: of retrieving them by ascending score, "AUPR in"
      (scikit-learn's `average_precision_score`. OpenOOD and pytorch-ood join the points of the curve by straight lines
      instead, which is a little more or less where few photos are positive).
    - fpr95_unknown, unknown photos are the positives: proportion of known photos rejected at the highest threshold that
      rejects at least 95 % of the unknown photos. OpenOOD's and pytorch-ood's FPR at 95 % TPR, and that of tables made
      with them.
    - fpr95_known, known photos are the positives: proportion of unknown photos accepted at the strictest threshold that
      accepts at least 95 % of the known photos (Liang et al. 2018, and papers that follow them).
    - oscr: area under the correct classification rate of known photos over the false positive rate of unknown photos
      (Dhamija et al. 2018), interpolated linearly at ties. It is the proportion of pairs in the right order whose
      known photo is also classified correctly; it equals the AUROC when the closed-set accuracy is 1 (Vaze et al.
      2022).

    Args:
        unknown_score: (n,) scores of any scale; infinities are allowed.
        known: (n,) whether the true label of the photo is one of the classes.
        correct: (n,) whether the most likely class is the true one; only read where `known`.
        weights: (n, B) counts; see `components.metrics.statistics.weighted`.
        unknowns: (n,) masks of the photos that count as unknown, by suffix of the metrics' names.

    Returns:
        (B,) values of each metric in `RANKING` for each suffix; NaN for resamples without known or unknown photos.
    """
    order = np.argsort(unknown_score, kind="stable")
    ranked = unknown_score[order]
    # A photo is the last of its tie when the next photo has another score.
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    weights = weights[order]
    of_known = _Cumulative.of(known[order], weights, ends)
    of_correct = _Cumulative.of((known & correct)[order], weights, ends)
    found: dict[str, Floats] = {}
    for suffix, mask in unknowns.items():
        metrics = _metrics(of_known, of_correct, _Cumulative.of(mask[order], weights, ends))
        found |= {name + suffix: values for name, values in metrics.items()}
    return found


@dataclass(frozen=True)
class _Cumulative:
    """Cumulative weight of selected photos in ascending order of score; photos with equal scores form a group.

    Attributes:
        groups: (H,) indices of the groups, among G, that contain any selected photo.
        weights: (H, B) weight of the selected photos in each of these groups.
        total: (G + 1, B) weight of the selected photos in the first g groups.
    """

    groups: NDArray[np.int64]
    weights: Floats
    total: Floats

    @classmethod
    def of(cls, mask: Mask, weights: Floats, ends: NDArray[np.int64]) -> Self:
        """Accumulate the weights of the photos in `mask`.

        Args:
            mask: (n,) selected photos, in ascending order of score.
            weights: (n, B) counts, in the same order.
            ends: (G,) index of the last photo of each group.
        """
        total = np.zeros((len(ends) + 1, weights.shape[1]))
        if len(ends) == len(mask):
            np.multiply(weights, mask[:, None], out=total[1:])
            np.cumsum(total[1:], axis=0, out=total[1:])
            groups = np.flatnonzero(mask)
            return cls(groups, weights[groups], total)
        np.take(np.cumsum(weights * mask[:, None], axis=0), ends, axis=0, out=total[1:])
        groups = np.unique(np.searchsorted(ends, np.flatnonzero(mask)))
        return cls(groups, total[groups + 1] - total[groups], total)


def _metrics(known: _Cumulative, correct: _Cumulative, unknown: _Cumulative) -> dict[str, Floats]:
    """Compute the metrics of `ranking_metrics` for one kind of unknown photos."""
    n_known, n_unknown = known.total[-1], unknown.total[-1]
    pairs = n_known * n_unknown
    before, up_to = unknown.total[known.groups], unknown.total[known.groups + 1]
    above = n_unknown - (before + up_to) / 2
    in_order = np.einsum("gb,gb->b", known.weights, above)
    correct_in_order = np.einsum("gb,gb->b", correct.weights, above[np.searchsorted(known.groups, correct.groups)])

    accepted = known.total[known.groups + 1]
    known_precision = ratio(accepted, accepted + up_to, 0.0)
    rejected = n_unknown - unknown.total[unknown.groups]
    unknown_precision = ratio(rejected, rejected + n_known - known.total[unknown.groups], 0.0)

    # In integers, since 0.95 * 60 in floating point may exceed 57.
    groups = np.count_nonzero(known.total < np.ceil(19 * n_known / 20), axis=0)
    accepted_unknown = np.take_along_axis(unknown.total, groups[None], axis=0)[0]
    groups = np.count_nonzero(unknown.total <= n_unknown - np.ceil(19 * n_unknown / 20), axis=0) - 1
    rejected_known = n_known - np.take_along_axis(known.total, groups[None], axis=0)[0]
    defined = pairs > 0
    return {
        "auroc": ratio(in_order, pairs, np.nan),
        "aupr_unknown": np.where(
            defined, ratio(np.einsum("gb,gb->b", unknown.weights, unknown_precision), n_unknown, np.nan), np.nan
        ),
        "aupr_known": np.where(
            defined, ratio(np.einsum("gb,gb->b", known.weights, known_precision), n_known, np.nan), np.nan
        ),
        "fpr95_unknown": np.where(defined, ratio(rejected_known, n_known, np.nan), np.nan),
        "fpr95_known": np.where(defined, ratio(accepted_unknown, n_unknown, np.nan), np.nan),
        "oscr": ratio(correct_in_order, pairs, np.nan),
    }
