"""How well an unknown score parts photos of known classes from the others, for all resamples at once.

Everything here is a function of the order of the scores, ties included: any scale will do, and any increasing
transformation changes nothing. (torchmetrics' AUROC puts scores outside [0, 1] through a sigmoid first, where
energies in float32 tie; scikit-learn's does not.)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from components.metrics.statistics.weighted import Floats, ratio

Mask = NDArray[np.bool_]

RANKED = ("auroc", "aupr_unknown", "aupr_known", "fpr95", "oscr")


def ranking_metrics(
    unknown_score: Floats, known: Mask, right: Mask, weights: Floats, unknowns: Mapping[str, Mask]
) -> dict[str, Floats]:
    """The metrics of the order of the unknown scores; known photos are those that should come first.

    auroc: share of (known, unknown) pairs in the right order, a tie being half a pair (Hanley & McNeil 1982).
    aupr_unknown: average precision with the unknown as what is looked for, the highest scores first;
    aupr_known: with the known, the lowest scores first (scikit-learn's `average_precision_score`). fpr95:
    share of the unknown that is accepted by the strictest threshold at which at least 95 % of the known are
    (Liang et al. 2018: the known are the positives). oscr: area under the correct classification rate of the
    known over the false positive rate of the unknown (Dhamija et al. 2018), the curve going straight through
    ties: the share of pairs in the right order whose known photo is also put into its class; with closed
    accuracy 1 it is the AUROC (Vaze et al. 2022).

    Args:
        unknown_score: (n,) of any scale; infinities are allowed.
        known: (n,) whether the photo is of one of the classes.
        right: (n,) whether its likeliest class is its own; read where `known`.
        weights: (n, B) counts; see `components.metrics.statistics.weighted`.
        unknowns: By suffix of the metrics' names, (n,) which photos count as the unknown.

    Returns:
        (B,) each of `RANKED`, once a suffix; NaN for resamples without known or without unknown photos.
    """
    order = np.argsort(unknown_score, kind="stable")
    ranked = unknown_score[order]
    # A photo is the last of its tie when the next has another score.
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    weights = weights[order]
    of_known, of_right = _Running.of(known[order], weights, ends), _Running.of((known & right)[order], weights, ends)
    found: dict[str, Floats] = {}
    for suffix, mask in unknowns.items():
        one = _against(of_known, of_right, _Running.of(mask[order], weights, ends))
        found |= {name + suffix: values for name, values in one.items()}
    return found


@dataclass(frozen=True)
class _Running:
    """Weight of some photos, from the lowest score to the highest, photos with one score being a group.

    Attributes:
        groups: (H,) those of the G groups that hold any of the photos; all other rows of `total` repeat the last.
        weights: (H, B) the photos' weight in each of these.
        total: (G + 1, B) their weight in the first g groups.
    """

    groups: NDArray[np.int64]
    weights: Floats
    total: Floats

    @classmethod
    def of(cls, mask: Mask, weights: Floats, ends: NDArray[np.int64]) -> Self:
        """From (n,) which photos count, (n, B) weights and the (G,) last photo of each group, all in order."""
        total = np.zeros((len(ends) + 1, weights.shape[1]))
        if len(ends) == len(mask):
            np.multiply(weights, mask[:, None], out=total[1:])
            np.cumsum(total[1:], axis=0, out=total[1:])
            groups = np.flatnonzero(mask)
            return cls(groups, weights[groups], total)
        np.take(np.cumsum(weights * mask[:, None], axis=0), ends, axis=0, out=total[1:])
        groups = np.unique(np.searchsorted(ends, np.flatnonzero(mask)))
        return cls(groups, total[groups + 1] - total[groups], total)


def _against(known: _Running, right: _Running, unknown: _Running) -> dict[str, Floats]:
    """The metrics of `ranking_metrics` for one kind of unknown photos."""
    knowns, unknowns = known.total[-1], unknown.total[-1]
    pairs = knowns * unknowns
    before, upto = unknown.total[known.groups], unknown.total[known.groups + 1]
    above = unknowns - (before + upto) / 2
    in_order = np.einsum("gb,gb->b", known.weights, above)
    right_in_order = np.einsum("gb,gb->b", right.weights, above[np.searchsorted(known.groups, right.groups)])

    accepted = known.total[known.groups + 1]
    of_accepted = ratio(accepted, accepted + upto, 0.0)
    rejected = unknowns - unknown.total[unknown.groups]
    of_rejected = ratio(rejected, rejected + knowns - known.total[unknown.groups], 0.0)

    # In whole photos: 95 % of 60 must not come out above 57.
    groups = np.count_nonzero(known.total < np.ceil(19 * knowns / 20), axis=0)
    let_in = np.take_along_axis(unknown.total, groups[None], axis=0)[0]
    defined = pairs > 0
    return {
        "auroc": ratio(in_order, pairs, np.nan),
        "aupr_unknown": np.where(
            defined, ratio(np.einsum("gb,gb->b", unknown.weights, of_rejected), unknowns, np.nan), np.nan
        ),
        "aupr_known": np.where(
            defined, ratio(np.einsum("gb,gb->b", known.weights, of_accepted), knowns, np.nan), np.nan
        ),
        "fpr95": np.where(defined, ratio(let_in, unknowns, np.nan), np.nan),
        "oscr": ratio(right_in_order, pairs, np.nan),
    }
