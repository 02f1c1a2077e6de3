"""Confusion matrices, and the metrics that are functions of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.metrics.statistics.replicates import check_replicates, label_codes, label_names
from components.metrics.statistics.weighted import Floats, ratio, weighted_sums
from components.results import Predictions


def confusion(replicates: Sequence[Predictions]) -> NDArray[np.int64]:
    """Count photos by truth and prediction, summed over the replicates.

    Returns:
        (K, K) counts, rows truth, columns prediction, in the order of `label_names`: K is the number of
        classes, and one more when a photo is or was called `UNKNOWN`.

    Raises:
        DataError: When the replicates cannot be compared.
    """
    check_replicates(replicates)
    size = len(label_names(replicates))
    total = np.zeros((size, size), dtype=np.int64)
    for one in replicates:
        total += weighted_confusion(one, np.ones((len(one), 1)), size)[:, :, 0].astype(np.int64)
    return total


def weighted_confusion(predictions: Predictions, weights: Floats, size: int) -> Floats:
    """Confusion matrix of each resample: (size, size, B), truth first; see `components.metrics.statistics.weighted`."""
    classes = len(predictions.class_names)
    cells = label_codes(predictions.y_true, classes) * size + label_codes(predictions.y_pred, classes)
    return weighted_sums(cells, size * size, weights).reshape(size, size, -1)


def confusion_metrics(matrix: Floats) -> dict[str, Floats]:
    """Every metric that a confusion matrix is enough for, as scikit-learn defines it with zero_division=0.

    Averages run over the classes that the resample holds: those with a true or a predicted photo for
    precision, recall and F1; those with a true photo for balanced accuracy. Cohen's kappa (1960) is NaN
    where truth and prediction are one and the same class throughout; all are NaN without photos.

    Args:
        matrix: (K, K, B) counts, truth first.

    Returns:
        (B,) each: accuracy, balanced_accuracy, precision_weighted, recall_weighted, f1_weighted,
        precision_macro, recall_macro, f1_macro, kappa.
    """
    right = np.einsum("kkb->kb", matrix)
    true, predicted = matrix.sum(axis=1), matrix.sum(axis=0)
    photos = true.sum(axis=0)
    by_class = class_scores(matrix)

    accuracy = ratio(right.sum(axis=0), photos, np.nan)
    metrics = {
        "accuracy": accuracy,
        "balanced_accuracy": ratio(by_class["recall"].sum(axis=0), (true > 0).sum(axis=0), np.nan),
    }
    for name, values in by_class.items():
        metrics[f"{name}_weighted"] = ratio((values * true).sum(axis=0), photos, np.nan)
    present = (true + predicted > 0).sum(axis=0)
    for name, values in by_class.items():
        metrics[f"{name}_macro"] = ratio(values.sum(axis=0), present, np.nan)
    by_chance = (true * predicted).sum(axis=0)
    metrics["kappa"] = ratio(photos * right.sum(axis=0) - by_chance, photos * photos - by_chance, np.nan)
    return metrics


def class_scores(matrix: Floats) -> dict[str, Floats]:
    """Precision, recall and F1 of each class: (K, B) from (K, K, B); 0 where undefined (zero_division=0)."""
    right = np.einsum("kkb->kb", matrix)
    true, predicted = matrix.sum(axis=1), matrix.sum(axis=0)
    return {
        "precision": ratio(right, predicted, 0.0),
        "recall": ratio(right, true, 0.0),
        "f1": ratio(2 * right, true + predicted, 0.0),
    }
