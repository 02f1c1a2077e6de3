"""Open-set metrics of one model, family by family, for all resamples at once."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError
from components.metrics.classification import auc_metrics, label_codes, probability_metrics
from components.metrics.open_set.ranking import Mask, ranking_metrics
from components.metrics.statistics import Floats, ratio
from components.results import UNKNOWN, Predictions
from components.wording import counted

CLOSED_SET = ("closed_accuracy", "closed_ece", "closed_ece_debiased")
"""Names of the metrics of `closed_set_metrics`."""

KNOWN_ACCEPTANCE, UNKNOWN_REJECTION = "known_acceptance", "unknown_rejection"
REJECTION = (KNOWN_ACCEPTANCE, UNKNOWN_REJECTION)
"""Names of the metrics of `rejection_metrics`."""

ALL_UNKNOWNS = ""
KNOWN_KINDS, NEW_KINDS = "_known_unknowns", "_new_unknowns"
"""Suffixes of metrics against all unknown photos, those of kinds seen in training, and those of new kinds."""


def check_unknown_scores(replicates: Sequence[Predictions]) -> None:
    """Check that every photo has an unknown score.

    Raises:
        DataError: When a photo has none.
    """
    for number, replicate in enumerate(replicates):
        if missing := int(np.isnan(replicate.unknown_score).sum()):
            raise DataError(
                f"open-set metrics: {missing} of the {counted(len(replicate), 'photo')} of replicate {number} have no "
                "unknown score; choose a detector (detector=msp), or a head that scores the unknown"
            )


def unknown_kinds(predictions: Predictions) -> dict[str, Mask]:
    """Return masks of the unknown photos by suffix: all, and by kind where `new_unknown` is given."""
    unknown = predictions.y_true == UNKNOWN
    new = predictions.new_unknown
    if new is None:
        return {ALL_UNKNOWNS: unknown}
    return {ALL_UNKNOWNS: unknown, KNOWN_KINDS: unknown & ~new, NEW_KINDS: new}


def unknown_score_metrics(
    predictions: Predictions, weights: Floats, unknowns: Mapping[str, Mask] | None = None
) -> dict[str, Floats]:
    """Compute `ranking_metrics`, (B,) each, against all unknown photos or those in `unknowns`, by suffix."""
    known = predictions.y_true != UNKNOWN
    correct = predictions.scores.argmax(axis=1) == predictions.y_true
    return ranking_metrics(predictions.unknown_score, known, correct, weights, unknowns or {ALL_UNKNOWNS: ~known})


def rejection_metrics(
    predictions: Predictions, weights: Floats, unknowns: Mapping[str, Mask] | None = None
) -> dict[str, Floats]:
    """Compute the proportion of known photos accepted and of unknown photos rejected, (B,) each."""
    known, rejected = predictions.y_true != UNKNOWN, predictions.y_pred == UNKNOWN
    found = {KNOWN_ACCEPTANCE: _proportion(~rejected, known, weights)}
    for suffix, mask in (unknowns or {ALL_UNKNOWNS: ~known}).items():
        found[f"{UNKNOWN_REJECTION}{suffix}"] = _proportion(rejected, mask, weights)
    return found


def closed_set_metrics(predictions: Predictions, weights: Floats) -> dict[str, Floats]:
    """Compute accuracy and calibration error, (B,) each, of the known photos as if nothing were rejected."""
    known = predictions.y_true != UNKNOWN
    correct = predictions.scores.argmax(axis=1) == predictions.y_true
    scores = predictions.scores[known]
    scores = scores / np.maximum(scores.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    calibration = probability_metrics(scores, predictions.y_true[known], weights[known], top_k=1)
    of_known = {f"closed_{name}": calibration[name] for name in ("ece", "ece_debiased")}
    return {"closed_accuracy": _proportion(correct, known, weights)} | of_known


def auc_metrics_with_unknown(predictions: Predictions, weights: Floats) -> dict[str, Floats]:
    """Compute `auc_metrics`, (B,) each, over the classes and the unknown, whose column is the unknown score."""
    columns = np.column_stack([predictions.scores, predictions.unknown_score])
    return auc_metrics(columns, _codes(predictions), weights)


def probability_metrics_with_unknown(predictions: Predictions, weights: Floats, top_k: int = 1) -> dict[str, Floats]:
    """Compute `probability_metrics`, (B,) each, over the classes and the unknown (P = 1 - sum of the scores)."""
    unknown = np.clip(1 - predictions.scores.sum(axis=1), 0, 1)
    columns = np.column_stack([predictions.scores, unknown])
    return probability_metrics(columns, _codes(predictions), weights, top_k)


def _codes(predictions: Predictions) -> NDArray[np.int64]:
    return label_codes(predictions.y_true, len(predictions.class_names))


def _proportion(selected: Mask, among: Mask, weights: Floats) -> Floats:
    """Return the weight of the photos in both masks divided by that of `among`, (B,); NaN where there are none."""
    return ratio((selected & among).astype(np.float64) @ weights, among.astype(np.float64) @ weights, np.nan)
