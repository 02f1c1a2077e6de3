"""Metrics of predictions by name, computed for many resamples with as little work as the names need."""

import re
from collections.abc import Sequence

from components.errors import DataError
from components.metrics.classification import auc_metrics, confusion_metrics, probability_metrics, weighted_confusion
from components.metrics.open_set import (
    ALL_UNKNOWNS,
    CLOSED_SET,
    KNOWN_KINDS,
    NEW_KINDS,
    RANKING,
    REJECTION,
    UNKNOWN_REJECTION,
    auc_metrics_with_unknown,
    closed_set_metrics,
    probability_metrics_with_unknown,
    rejection_metrics,
    unknown_kinds,
    unknown_score_metrics,
)
from components.metrics.statistics import Floats, check_metric_name
from components.results import UNKNOWN, Predictions

CONFUSION = (
    "accuracy", "balanced_accuracy", "precision_weighted", "recall_weighted", "f1_weighted", "precision_macro",
    "recall_macro", "f1_macro", "kappa",
)  # fmt: skip
"""Metrics of the predicted labels alone; "unknown" is one of the labels."""

AUC = ("auc_ovo", "auc_ovr")
PROBABILITY = ("log_loss", "brier", "ece", "ece_debiased")
BY_KIND = {f"{name}{kind}": kind for kind in (KNOWN_KINDS, NEW_KINDS) for name in (*RANKING, UNKNOWN_REJECTION)}
"""Metrics against one kind of unknown photos, with the suffix of the kind."""

OPEN_SET = (*RANKING, *REJECTION, *CLOSED_SET, *BY_KIND)
"""Metrics of `open_set_metrics` that a closed set does not have; those above have the same meaning in both."""

TOP_K = re.compile(r"top_([1-9]\d*)_accuracy")


def check_metric(metric: str) -> None:
    """Raise ConfigError, with the closest name, when neither closed-set nor open-set predictions have this metric."""
    if not TOP_K.fullmatch(metric):
        check_metric_name(metric, [*CONFUSION, *AUC, "top_2_accuracy", *PROBABILITY, *OPEN_SET])


def named_metrics(
    predictions: Predictions, weights: Floats, n_labels: int, metrics: Sequence[str]
) -> dict[str, Floats]:
    """Compute metrics of one replicate by name, skipping the families that contain none of them.

    When there are unknown photos, AUC and metrics of the probabilities are over the classes and the unknown, as in
    `open_set_metrics`.

    Args:
        predictions: Of n photos.
        weights: (n, B) counts; see `components.metrics.statistics.weighted`.
        n_labels: Number of labels of the confusion matrix.
        metrics: Names; see `check_metric`.

    Returns:
        (B,) each; may contain other metrics of the same families.

    Raises:
        DataError: When a top-k accuracy needs more classes than there are.
    """
    found: dict[str, Floats] = {}
    wanted = set(metrics)
    scores, y_true = predictions.scores, predictions.y_true
    closed = bool((y_true != UNKNOWN).all())
    if not wanted.isdisjoint(CONFUSION):
        found |= confusion_metrics(weighted_confusion(predictions, weights, n_labels))
    if not wanted.isdisjoint(AUC):
        found |= auc_metrics(scores, y_true, weights) if closed else auc_metrics_with_unknown(predictions, weights)
    top_ks = {int(match[1]) for metric in metrics if (match := TOP_K.fullmatch(metric))}
    if top_ks or not wanted.isdisjoint(PROBABILITY):
        for top_k in top_ks or {1}:
            found |= (
                probability_metrics(scores, y_true, weights, top_k)
                if closed
                else probability_metrics_with_unknown(predictions, weights, top_k)
            )
    kinds = {ALL_UNKNOWNS, *(BY_KIND[metric] for metric in metrics if metric in BY_KIND)}
    unknowns = {kind: mask for kind, mask in unknown_kinds(predictions).items() if kind in kinds}
    for names, family in ((RANKING, unknown_score_metrics), (REJECTION, rejection_metrics)):
        if any(metric.removesuffix(BY_KIND.get(metric, "")) in names for metric in metrics):
            found |= family(predictions, weights, unknowns)
    if not wanted.isdisjoint(CLOSED_SET):
        found |= closed_set_metrics(predictions, weights)
    for metric in metrics:
        if metric not in found:
            raise DataError(f"{metric} needs more classes than the {len(predictions.class_names)} of these runs")
    return found
