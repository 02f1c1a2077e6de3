"""ROC curves of predictions, thinned out for a chart."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_curve

from components.results import UNKNOWN, Predictions

ROC_POINTS = 200
"""Largest number of points per curve; the chart is a few hundred pixels wide."""


def roc_points(predictions: Predictions, unknown_name: str) -> list[tuple[str, float, float]]:
    """Compute the ROC curves of each class against the rest, and of unknown against known.

    `wandb.plot.roc_curve` is not used: it takes column i of the scores to belong to the i-th class that occurs in
    `y_true`, which is wrong if a class is missing or a photo is unknown.

    Args:
        predictions: Labels and scores. A class that no photo or every photo belongs to has no curve. Without unknown
            scores (NaN) there is no curve of unknown against known.
        unknown_name: Name of the curve of `unknown_score`.

    Returns:
        Tuples (name of the class, false positive rate, true positive rate), curve after curve.
    """
    binary_problems: list[tuple[str, NDArray[np.bool_], NDArray[np.float64]]] = [
        (name, predictions.y_true == label, predictions.scores[:, label])
        for label, name in enumerate(predictions.class_names)
    ]
    if not np.isnan(predictions.unknown_score).any():
        binary_problems.append((unknown_name, predictions.y_true == UNKNOWN, predictions.unknown_score))
    points: list[tuple[str, float, float]] = []
    for name, positive, score in binary_problems:
        if not positive.any() or positive.all():
            continue
        fpr, tpr, _ = roc_curve(positive, score)
        if len(fpr) > ROC_POINTS:
            kept = np.linspace(0, len(fpr) - 1, ROC_POINTS).round().astype(int)
            fpr, tpr = fpr[kept], tpr[kept]
        points += [(name, float(x), float(y)) for x, y in zip(fpr, tpr, strict=True)]
    return points
