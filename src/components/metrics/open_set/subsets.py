"""The open-set metrics of one model, family by family, for all resamples at once."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError
from components.metrics.classification.auc import auc_metrics
from components.metrics.classification.calibration import probability_metrics
from components.metrics.open_set.ranking import Mask, ranking_metrics
from components.metrics.statistics.replicates import label_codes
from components.metrics.statistics.weighted import Floats, ratio
from components.results import UNKNOWN, Predictions

CLOSED = ("closed_accuracy", "closed_ece")
UNKNOWN_REJECTION = "unknown_rejection"
DECIDED = ("known_acceptance", UNKNOWN_REJECTION)

ALL_UNKNOWNS = ""
KNOWN_KINDS, NEW_KINDS = "_known_unknowns", "_new_unknowns"
"""Suffixes of the metrics against all unknown photos, those of kinds seen in training, those of new kinds."""


def check_unknown_scores(replicates: Sequence[Predictions]) -> None:
    """Make sure that every photo has an unknown score.

    Raises:
        DataError: When one has none.
    """
    for number, one in enumerate(replicates):
        if missing := int(np.isnan(one.unknown_score).sum()):
            raise DataError(
                f"open-set metrics: {missing} of the {len(one)} photos of replicate {number} have no unknown score; "
                "choose a detector (detector=msp), or a head that scores the unknown"
            )


def unknown_kinds(one: Predictions) -> dict[str, Mask]:
    """Which photos count as the unknown, by the suffix of the metrics: all, and both kinds where told apart."""
    unknown = one.y_true == UNKNOWN
    if one.new_unknown is None:
        return {ALL_UNKNOWNS: unknown}
    return {ALL_UNKNOWNS: unknown, KNOWN_KINDS: unknown & ~one.new_unknown, NEW_KINDS: one.new_unknown}


def ranked(one: Predictions, weights: Floats, unknowns: Mapping[str, Mask] | None = None) -> dict[str, Floats]:
    """(B,) each of `ranking_metrics`, the likeliest class of a known photo being its label if nothing is rejected."""
    known = one.y_true != UNKNOWN
    right = one.scores.argmax(axis=1) == one.y_true
    return ranking_metrics(one.unknown_score, known, right, weights, unknowns or {ALL_UNKNOWNS: ~known})


def decided(one: Predictions, weights: Floats, unknowns: Mapping[str, Mask] | None = None) -> dict[str, Floats]:
    """(B,) each: share of known photos that are accepted, shares of unknown ones that are rejected."""
    known, rejected = one.y_true != UNKNOWN, one.y_pred == UNKNOWN
    found = {"known_acceptance": _share(~rejected, known, weights)}
    for suffix, mask in (unknowns or {ALL_UNKNOWNS: ~known}).items():
        found[f"unknown_rejection{suffix}"] = _share(rejected, mask, weights)
    return found


def closed(one: Predictions, weights: Floats) -> dict[str, Floats]:
    """(B,) each: accuracy and calibration of the known photos among the known classes, nothing being rejected."""
    known = one.y_true != UNKNOWN
    right = one.scores.argmax(axis=1) == one.y_true
    scores = one.scores[known]
    scores = scores / np.maximum(scores.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    ece = probability_metrics(scores, one.y_true[known], weights[known], top_k=1)["ece"]
    return {"closed_accuracy": _share(right, known, weights), "closed_ece": ece}


def areas(one: Predictions, weights: Floats) -> dict[str, Floats]:
    """(B,) each of `auc_metrics` over the classes and the unknown, whose column is the unknown score."""
    return auc_metrics(np.column_stack([one.scores, one.unknown_score]), _codes(one), weights)


def probabilities(one: Predictions, weights: Floats, top_k: int = 1) -> dict[str, Floats]:
    """(B,) each of `probability_metrics` over the classes and the unknown, which has what the scores leave to 1."""
    rest = np.clip(1 - one.scores.sum(axis=1), 0, 1)
    return probability_metrics(np.column_stack([one.scores, rest]), _codes(one), weights, top_k)


def _codes(one: Predictions) -> NDArray[np.int64]:
    return label_codes(one.y_true, len(one.class_names))


def _share(of: Mask, among: Mask, weights: Floats) -> Floats:
    """(B,) weight of the photos that are `of`, as a share of those `among`; NaN where there are none."""
    return ratio((of & among).astype(np.float64) @ weights, among.astype(np.float64) @ weights, np.nan)
