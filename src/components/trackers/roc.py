"""ROC curves of predictions, as few points as a chart needs."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_curve

from components.results import UNKNOWN, Predictions

ROC_POINTS = 200
"""Points of one curve at most; the chart is a few hundred pixels wide."""


def roc_points(predictions: Predictions, unknown_name: str) -> list[tuple[str, float, float]]:
    """(class, false positive rate, true positive rate) of each class against the rest, and of unknown against known.

    `wandb.plot.roc_curve` is not used: it takes column i of the scores for the i-th class that occurs in
    the truth, which is another class as soon as one is missing or a photo is unknown.

    Args:
        predictions: Truth and scores; a class without photos, or with all of them, has no curve.
        unknown_name: What the curve of `unknown_score` is called.
    """
    questions: list[tuple[str, NDArray[np.bool_], NDArray[np.float64]]] = [
        (name, predictions.y_true == label, predictions.scores[:, label])
        for label, name in enumerate(predictions.class_names)
    ]
    if not np.isnan(predictions.unknown_score).any():
        questions.append((unknown_name, predictions.y_true == UNKNOWN, predictions.unknown_score))
    points: list[tuple[str, float, float]] = []
    for name, positive, score in questions:
        if not positive.any() or positive.all():
            continue
        fpr, tpr, _ = roc_curve(positive, score)
        if len(fpr) > ROC_POINTS:
            kept = np.linspace(0, len(fpr) - 1, ROC_POINTS).round().astype(int)
            fpr, tpr = fpr[kept], tpr[kept]
        points += [(name, float(x), float(y)) for x, y in zip(fpr, tpr, strict=True)]
    return points
