"""Open-set metrics with confidence intervals: detection of unknown photos, and its cost for known ones."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.metrics.classification import check_replicates, confusion_metrics, weighted_confusion
from components.metrics.open_set.metric_families import (
    ALL_UNKNOWNS,
    CLOSED_SET,
    KNOWN_ACCEPTANCE,
    UNKNOWN_REJECTION,
    auc_metrics_with_unknown,
    check_unknown_scores,
    closed_set_metrics,
    probability_metrics_with_unknown,
    rejection_metrics,
    unknown_kinds,
    unknown_score_metrics,
)
from components.metrics.open_set.ranking import RANKING
from components.metrics.statistics import Estimate, Floats, estimates
from components.results import UNKNOWN, Predictions

Mask = NDArray[np.bool_]


def open_set_metrics(
    replicates: Sequence[Predictions],
    *,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Compute open-set metrics, with confidence intervals as in `classification_metrics`.

    - From the unknown score alone: auroc, {aupr, fpr95}_{unknown, known}, oscr (see `ranking_metrics`).
    - From the predicted labels, including "unknown", as in the thesis: accuracy, balanced_accuracy,
      {precision, recall, f1}_{weighted, macro}, kappa (see `confusion_metrics`); known_acceptance, the proportion of
      known photos that are accepted (in any class); unknown_rejection, the proportion of unknown photos that are
      rejected.
    - From the known photos as if nothing were rejected: closed_accuracy, closed_ece,
      closed_ece_debiased.
    - Over the n classes and the unknown: auc_ovo, auc_ovr (see `auc_metrics`; the columns are `scores` and
      `unknown_score`), ece, ece_debiased (the probability of the unknown is what the scores leave to 1).

    Args:
        replicates: Predictions of each replicate, of the same classes, with unknown scores. `y_pred` is `UNKNOWN`
            where the score exceeds a threshold fitted on validation photos (`acceptance_threshold`). When all
            replicates have `new_unknown`, the ranking metrics and unknown_rejection are also computed for unknown
            photos of kinds seen in training ("auroc_known_unknowns") and of new kinds ("auroc_new_unknowns"), each
            against all known photos; a kind without photos is left out.
        n_resamples: Number of bootstrap resamples.
        confidence: Coverage of the intervals.
        seed: Seed of the bootstrap.

    Returns:
        Estimates by metric name.

    Raises:
        DataError: When the replicates cannot be averaged, or a photo has no unknown score.
    """
    check_replicates(replicates)
    check_unknown_scores(replicates)
    masks = _masks_by_kind(replicates)
    n_labels = len(replicates[0].class_names) + 1

    def measure(number: int, weights: Floats) -> dict[str, Floats]:
        replicate = replicates[number]
        calibration = probability_metrics_with_unknown(replicate, weights)
        return (
            unknown_score_metrics(replicate, weights, masks[number])
            | confusion_metrics(weighted_confusion(replicate, weights, n_labels))
            | rejection_metrics(replicate, weights, masks[number])
            | closed_set_metrics(replicate, weights)
            | auc_metrics_with_unknown(replicate, weights)
            | {name: calibration[name] for name in ("ece", "ece_debiased")}
        )

    return estimates(
        replicates,
        measure,
        elements_per_resample=n_labels**2,
        n_resamples=n_resamples,
        confidence=confidence,
        seed=seed,
        n_photos=_photos_by_metric(replicates, masks),
        n_deciding=_deciding_photos(replicates, masks),
    )


def _masks_by_kind(replicates: Sequence[Predictions]) -> list[dict[str, Mask]]:
    """Return for each replicate the masks of unknown photos, by suffix of the metrics."""
    unknowns = [unknown_kinds(replicate) for replicate in replicates]
    in_all = set(unknowns[0]).intersection(*unknowns) - {ALL_UNKNOWNS}
    kinds = [kind for kind in unknowns[0] if kind in in_all and any(masks[kind].any() for masks in unknowns)]
    return [{kind: masks[kind] for kind in (ALL_UNKNOWNS, *kinds)} for masks in unknowns]


def _photos_by_metric(replicates: Sequence[Predictions], masks: Sequence[dict[str, Mask]]) -> dict[str, int]:
    """Count the distinct photos behind each metric that is not computed on all of them."""
    known = [replicate.y_true != UNKNOWN for replicate in replicates]
    counts = dict.fromkeys((*CLOSED_SET, KNOWN_ACCEPTANCE), _n_distinct(replicates, known))
    for kind in masks[0]:
        of_kind = [by_kind[kind] for by_kind in masks]
        counts[f"{UNKNOWN_REJECTION}{kind}"] = _n_distinct(replicates, of_kind)
        ranked = _n_distinct(replicates, [unknown | known_ for unknown, known_ in zip(of_kind, known, strict=True)])
        counts |= {f"{name}{kind}": ranked for name in RANKING}
    return counts


def _deciding_photos(replicates: Sequence[Predictions], masks: Sequence[dict[str, Mask]]) -> dict[str, int]:
    """Count the photos that limit what a ranking without errors says: the known or the unknown ones, if fewer."""
    n_known = _n_distinct(replicates, [replicate.y_true != UNKNOWN for replicate in replicates])
    counts: dict[str, int] = {}
    for kind in masks[0]:
        n_unknown = _n_distinct(replicates, [by_kind[kind] for by_kind in masks])
        counts |= {f"{name}{kind}": min(n_known, n_unknown) for name in RANKING}
        counts |= {f"fpr95_known{kind}": n_unknown, f"fpr95_unknown{kind}": n_known}
    return counts


def _n_distinct(replicates: Sequence[Predictions], masks: Sequence[Mask]) -> int:
    """Count the distinct photos selected in any replicate."""
    selected = (replicate.ids[mask].tolist() for replicate, mask in zip(replicates, masks, strict=True))
    return len(set[str]().union(*selected))
