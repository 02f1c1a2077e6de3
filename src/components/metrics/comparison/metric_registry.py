"""Some of the metrics by their names, for many resamples, and no more work than these need."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from components.errors import ConfigError, DataError
from components.metrics.classification.auc import auc_metrics
from components.metrics.classification.calibration import probability_metrics
from components.metrics.classification.confusion import confusion_metrics, weighted_confusion
from components.metrics.open_set import subsets as families
from components.metrics.open_set.ranking import RANKED
from components.metrics.open_set.subsets import CLOSED, DECIDED, UNKNOWN_REJECTION
from components.metrics.statistics.weighted import Floats
from components.results import UNKNOWN, Predictions

COUNTED = (
    "accuracy", "balanced_accuracy", "precision_weighted", "recall_weighted", "f1_weighted", "precision_macro",
    "recall_macro", "f1_macro", "kappa",
)  # fmt: skip
"""Metrics of the labels alone; a photo of none of the classes has its place in them."""

AREAS = ("auc_ovo", "auc_ovr")
PROBABILITIES = ("log_loss", "brier", "ece")
OF_KINDS = {
    f"{name}{kind}": kind
    for kind in (families.KNOWN_KINDS, families.NEW_KINDS)
    for name in (*RANKED, UNKNOWN_REJECTION)
}
"""Metrics against the unknown photos of known kinds, or of new ones, each with its suffix."""

OPEN = (*RANKED, *DECIDED, *CLOSED, *OF_KINDS)
"""Metrics of `open_set_metrics` that a closed set has not; those before them mean there what they mean here."""

TOP = re.compile(r"top_([1-9]\d*)_accuracy")


def check_metric(metric: str) -> None:
    """Raise ConfigError, with the nearest names, when `metric` is of neither a closed set nor an open one."""
    known = [*COUNTED, *AREAS, "top_2_accuracy", *PROBABILITIES, *OPEN]
    if metric not in known and not TOP.fullmatch(metric):
        raise ConfigError(f"There is no metric {metric!r}.{nearest(metric, known)} Metrics: {', '.join(known)}")


def nearest(word: str, known: Sequence[str]) -> str:
    """A question that names the known word nearest to `word`, or nothing."""
    near = get_close_matches(word, known, n=1)
    return f" Did you mean {near[0]}?" if near else ""


def measure(predictions: Predictions, weights: Floats, size: int, metrics: Sequence[str]) -> dict[str, Floats]:
    """(B,) each of the metrics, of one replicate, for the (n, B) weights; no family that none of them is of.

    Where photos are of none of the classes, areas and metrics of the probabilities are over the classes and the
    unknown, as in `open_set_metrics`.
    """
    found: dict[str, Floats] = {}
    closed = bool((predictions.y_true != UNKNOWN).all())
    if not set(metrics).isdisjoint(COUNTED):
        found |= confusion_metrics(weighted_confusion(predictions, weights, size))
    if not set(metrics).isdisjoint(AREAS):
        found |= (
            auc_metrics(predictions.scores, predictions.y_true, weights)
            if closed
            else families.areas(predictions, weights)
        )
    tops = {int(match[1]) for metric in metrics if (match := TOP.fullmatch(metric))}
    if tops or not set(metrics).isdisjoint(PROBABILITIES):
        for top in tops or {1}:
            found |= (
                probability_metrics(predictions.scores, predictions.y_true, weights, top)
                if closed
                else families.probabilities(predictions, weights, top)
            )
    kinds = {families.ALL_UNKNOWNS, *(OF_KINDS[metric] for metric in metrics if metric in OF_KINDS)}
    unknowns = {kind: mask for kind, mask in families.unknown_kinds(predictions).items() if kind in kinds}
    for names, family in ((RANKED, families.ranked), (DECIDED, families.decided)):
        if any(metric.removesuffix(OF_KINDS.get(metric, "")) in names for metric in metrics):
            found |= family(predictions, weights, unknowns)
    if not set(metrics).isdisjoint(CLOSED):
        found |= families.closed(predictions, weights)
    for metric in metrics:
        if metric not in found:
            raise DataError(f"{metric} needs more classes than the {len(predictions.class_names)} that there are")
    return found
