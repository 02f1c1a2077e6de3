"""How well an unknown score parts photos of known classes from the others, for all resamples at once.

Everything here is a function of the order of the scores, ties included: any scale will do, and any increasing
transformation changes nothing. (torchmetrics' AUROC puts scores outside [0, 1] through a sigmoid first, where
energies in float32 tie; scikit-learn's does not.)
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from components.metrics.weighted import Floats, ratio

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
        weights: (n, B) counts; see `components.metrics.weighted`.
        unknowns: By suffix of the metrics' names, (n,) which photos count as the unknown.

    Returns:
        (B,) each of `RANKED`, once a suffix; NaN for resamples without known or without unknown photos.
    """
    order = np.argsort(unknown_score, kind="stable")
    ranked = unknown_score[order]
    # A photo is the last of its tie when the next has another score.
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    weights = weights[order]

    def up_to(mask: Mask) -> Floats:
        """(G + 1, B) weight of the masked photos among the first g tied groups."""
        total = np.zeros((len(ends) + 1, weights.shape[1]))
        running = np.cumsum(weights * mask[order, None], axis=0)
        total[1:] = running if len(ends) == len(running) else running[ends]
        return total

    of_known, of_right = up_to(known), up_to(known & right)
    found: dict[str, Floats] = {}
    for suffix, mask in unknowns.items():
        one = _against(of_known, of_right, up_to(mask))
        found |= {name + suffix: values for name, values in one.items()}
    return found


def _against(known: Floats, right: Floats, unknown: Floats) -> dict[str, Floats]:
    """The metrics from (G + 1, B) running weights over the tied groups, from the lowest score to the highest."""
    knowns, unknowns = known[-1], unknown[-1]
    pairs = knowns * unknowns
    group_known, group_unknown = np.diff(known, axis=0), np.diff(unknown, axis=0)
    above = unknowns - (unknown[1:] + unknown[:-1]) / 2
    in_order = np.einsum("gb,gb->b", group_known, above)
    right_in_order = np.einsum("gb,gb->b", np.diff(right, axis=0), above)

    higher_unknown, higher_known = unknowns - unknown[:-1], knowns - known[:-1]
    of_higher = ratio(higher_unknown, higher_unknown + higher_known, 0.0)
    of_lower = ratio(known[1:], known[1:] + unknown[1:], 0.0)
    # In whole numbers: 0.95 x 60 photos must not come out above 57.
    strictest = np.argmax(20 * known >= 19 * knowns, axis=0)
    accepted = np.take_along_axis(unknown, strictest[None], axis=0)[0]
    return {
        "auroc": ratio(in_order, pairs, np.nan),
        "aupr_unknown": np.where(
            knowns > 0, ratio(np.einsum("gb,gb->b", group_unknown, of_higher), unknowns, np.nan), np.nan
        ),
        "aupr_known": np.where(
            unknowns > 0, ratio(np.einsum("gb,gb->b", group_known, of_lower), knowns, np.nan), np.nan
        ),
        "fpr95": np.where(knowns > 0, ratio(accepted, unknowns, np.nan), np.nan),
        "oscr": ratio(right_in_order, pairs, np.nan),
    }
