"""Confusion matrices, and the metrics that are functions of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.metrics.classification.replicates import check_replicates, label_codes, label_names
from components.metrics.statistics import Floats, ratio, weighted_sums
from components.results import Predictions


def confusion(replicates: Sequence[Predictions]) -> NDArray[np.int64]:
    """Count photos by true and predicted label, summed over the replicates.

    Returns:
        (K, K) counts; rows are true labels, columns predicted labels, in the order of `label_names`. K is the number of
        classes, plus one if `UNKNOWN` occurs as a true or predicted label.

    Raises:
        DataError: When the replicates cannot be averaged.
    """
    check_replicates(replicates)
    n_labels = len(label_names(replicates))
    total = np.zeros((n_labels, n_labels), dtype=np.int64)
    for replicate in replicates:
        weights = np.ones((len(replicate), 1))
        total += weighted_confusion(replicate, weights, n_labels)[:, :, 0].astype(np.int64)
    return total


def weighted_confusion(predictions: Predictions, weights: Floats, n_labels: int) -> Floats:
    """Compute the confusion matrix of each resample.

    Args:
        predictions: Predictions of n photos.
        weights: (n, B) counts; see `components.metrics.statistics.weighted`.
        n_labels: Number of rows and columns K.

    Returns:
        (K, K, B) counts, true label first.
    """
    classes = len(predictions.class_names)
    cells = label_codes(predictions.y_true, classes) * n_labels + label_codes(predictions.y_pred, classes)
    return weighted_sums(cells, n_labels * n_labels, weights).reshape(n_labels, n_labels, -1)


def confusion_metrics(matrix: Floats) -> dict[str, Floats]:
    """Compute the metrics that a confusion matrix determines, as scikit-learn does with zero_division=0.

    Averages run over the classes that occur in the resample: as true or predicted label for precision, recall and F1,
    as true label for balanced accuracy. Cohen's kappa (1960) is NaN when all true and predicted labels are one class.
    All metrics are NaN for a resample without photos.

    Args:
        matrix: (K, K, B) counts, true label first.

    Returns:
        accuracy, balanced_accuracy, precision_weighted, recall_weighted, f1_weighted, precision_macro, recall_macro,
        f1_macro and kappa, (B,) each.
    """
    correct = np.einsum("kkb->kb", matrix)
    true, predicted = matrix.sum(axis=1), matrix.sum(axis=0)
    photos = true.sum(axis=0)
    by_class = class_scores(matrix)

    metrics = {
        "accuracy": ratio(correct.sum(axis=0), photos, np.nan),
        "balanced_accuracy": ratio(by_class["recall"].sum(axis=0), (true > 0).sum(axis=0), np.nan),
    }
    for name, values in by_class.items():
        metrics[f"{name}_weighted"] = ratio((values * true).sum(axis=0), photos, np.nan)
    present = (true + predicted > 0).sum(axis=0)
    for name, values in by_class.items():
        metrics[f"{name}_macro"] = ratio(values.sum(axis=0), present, np.nan)
    by_chance = (true * predicted).sum(axis=0)
    metrics["kappa"] = ratio(photos * correct.sum(axis=0) - by_chance, photos * photos - by_chance, np.nan)
    return metrics


def class_scores(matrix: Floats) -> dict[str, Floats]:
    """Compute precision, recall and F1 of each class: (K, B) each from (K, K, B) counts; 0 where undefined."""
    correct = np.einsum("kkb->kb", matrix)
    true, predicted = matrix.sum(axis=1), matrix.sum(axis=0)
    return {
        "precision": ratio(correct, predicted, 0.0),
        "recall": ratio(correct, true, 0.0),
        "f1": ratio(2 * correct, true + predicted, 0.0),
    }
