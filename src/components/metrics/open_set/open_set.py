"""Open-set metrics with intervals: are photos of none of the classes found out, and what does that cost the others."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.metrics.classification.confusion import confusion_metrics, weighted_confusion
from components.metrics.open_set import subsets as families
from components.metrics.open_set.ranking import RANKED
from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.replicates import check_replicates
from components.metrics.statistics.resampling import estimates
from components.metrics.statistics.weighted import Floats
from components.results import UNKNOWN, Predictions


def open_set_metrics(
    replicates: Sequence[Predictions],
    *,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Measure models on photos of known classes and of none; intervals as in `classification_metrics`.

    By the unknown score alone: auroc, aupr_unknown, aupr_known, fpr95, oscr (see `ranking_metrics`).

    By the predicted labels, "rejected" being one of them, as in the thesis: accuracy, balanced_accuracy,
    {precision, recall, f1}_{weighted, macro}, kappa (see `confusion_metrics`); known_acceptance and
    unknown_rejection, the shares of known photos that are accepted, under whatever class, and of unknown
    ones that are rejected.

    Of the known photos, had nothing been rejected: closed_accuracy, closed_ece.

    Over the n classes and the unknown: auc_ovo, auc_ovr (see `auc_metrics`), the columns being `scores` and
    `unknown_score`; ece, the unknown having the probability that the scores leave to 1.

    Args:
        replicates: Predictions of each trained model, of the same classes, with unknown scores; `y_pred` is
            `UNKNOWN` where the score is above a threshold chosen on validation photos (`acceptance_threshold`).
            Where all say which photos are of new kinds (`new_unknown`), the ranking metrics and unknown_rejection
            come once more for the unknown photos of kinds that training did show ("auroc_known_unknowns") and for
            those of new kinds ("auroc_new_unknowns"), each beside all known photos; a kind without photos is left
            out.
        n_resamples: Draws of the bootstrap.
        confidence: Coverage aimed at by the intervals.
        seed: Of the bootstrap.

    Raises:
        DataError: When the replicates cannot be compared, or a photo has no unknown score.
    """
    check_replicates(replicates)
    families.check_unknown_scores(replicates)
    unknowns = [families.unknown_kinds(one) for one in replicates]
    told_apart = set(unknowns[0]).intersection(*unknowns) - {families.ALL_UNKNOWNS}
    kinds = [kind for kind in unknowns[0] if kind in told_apart and any(one[kind].any() for one in unknowns)]
    shown = [{kind: one[kind] for kind in (families.ALL_UNKNOWNS, *kinds)} for one in unknowns]
    size = len(replicates[0].class_names) + 1

    def measure(number: int, weights: Floats) -> dict[str, Floats]:
        one = replicates[number]
        return (
            families.ranked(one, weights, shown[number])
            | confusion_metrics(weighted_confusion(one, weights, size))
            | families.decided(one, weights, shown[number])
            | families.closed(one, weights)
            | families.areas(one, weights)
            | {"ece": families.probabilities(one, weights)["ece"]}
        )

    known = [one.y_true != UNKNOWN for one in replicates]
    behind = dict.fromkeys((*families.CLOSED, "known_acceptance"), _distinct(replicates, known))
    for kind in (families.ALL_UNKNOWNS, *kinds):
        masks_of_kind = [one[kind] for one in shown]
        behind[f"unknown_rejection{kind}"] = _distinct(replicates, masks_of_kind)
        beside = _distinct(replicates, [mask | its for mask, its in zip(masks_of_kind, known, strict=True)])
        behind |= {f"{name}{kind}": beside for name in RANKED}
    return estimates(
        replicates,
        measure,
        per_photo=size**2,
        n_resamples=n_resamples,
        confidence=confidence,
        seed=seed,
        photos_behind=behind,
    )


def _distinct(replicates: Sequence[Predictions], masks: Sequence[NDArray[np.bool_]]) -> int:
    """How many photos are masked in any replicate."""
    return len(set[str]().union(*(one.ids[mask].tolist() for one, mask in zip(replicates, masks, strict=True))))
