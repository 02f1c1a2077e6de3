"""Confident learning: label noise estimated from held-out probabilities (Northcutt et al. 2021, JAIR 70).

The numbers are those of cleanlab, to which the tests hold them. cleanlab itself is not used: importing it takes a
second, and these are a few lines.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

NO_CLASS = -1
"""In place of a class: the photo is confidently of none."""

TOLERANCE = 1e-6
"""Probabilities that are lower than a threshold by less than this reach it, as in cleanlab."""


def class_thresholds(labels: Labels, probabilities: Floats, weights: Floats | None = None) -> Floats:
    """Return the threshold of each class: the mean probability of the class over the photos labelled with it.

    Args:
        labels: (n,) class of each photo according to its label.
        probabilities: (n, C) probabilities by models that were not trained on the photo.
        weights: (n,) how often each photo counts; once by default.

    Returns:
        (C,) thresholds; infinite for a class without photos.
    """
    weights = np.ones(len(labels)) if weights is None else weights
    classes = probabilities.shape[1]
    total = np.bincount(labels, probabilities[np.arange(len(labels)), labels] * weights, classes)
    count = np.bincount(labels, weights, classes)
    thresholds: Floats = np.divide(total, count, out=np.full(classes, np.inf), where=count > 0)
    return thresholds


def confident_classes(probabilities: Floats, thresholds: Floats) -> Labels:
    """Return the class that each photo is confidently of: the most probable of those that reach their threshold.

    cleanlab takes the most probable class of all where several reach their threshold, even if it is none of these.

    Args:
        probabilities: (n, C) held-out probabilities.
        thresholds: (C,) threshold of each class.

    Returns:
        (n,) classes; `NO_CLASS` where no class reaches its threshold.
    """
    reached = np.where(probabilities >= thresholds - TOLERANCE, probabilities, -np.inf)
    return np.where(np.isneginf(reached).all(axis=1), NO_CLASS, reached.argmax(axis=1)).astype(np.int64)


def confident_joint(labels: Labels, confident: Labels, n_classes: int, weights: Floats | None = None) -> Floats:
    """Count the photos of each label that are confidently of each class.

    Args:
        labels: (n,) class of each photo according to its label.
        confident: (n,) class that it is confidently of, or `NO_CLASS`.
        n_classes: Number of classes C.
        weights: (n,) how often each photo counts; once by default.

    Returns:
        (C, C) counts, rows by label, columns by confident class.
    """
    weights = np.ones(len(labels)) if weights is None else weights
    counted = confident != NO_CLASS
    cells = labels[counted] * n_classes + confident[counted]
    counts = np.bincount(cells, weights[counted], n_classes**2).astype(np.float64)
    return counts.reshape(n_classes, n_classes)


def joint_distribution(joint: Floats, label_counts: Floats) -> Floats:
    """Estimate the joint distribution of labels and true classes.

    Each row of the confident joint is scaled to the number of photos with the label, since photos that are confidently
    of no class are not in it. A diagonal cell counts at least one photo.

    Args:
        joint: (C, C) counts from `confident_joint`.
        label_counts: (C,) number of photos with each label.

    Returns:
        (C, C) shares that sum to 1.
    """
    counted = joint.copy()
    np.fill_diagonal(counted, np.maximum(joint.diagonal(), 1))
    scaled = counted / counted.sum(axis=1, keepdims=True) * label_counts[:, None]
    shares: Floats = scaled / scaled.sum()
    return shares


def noise_rate(labels: Labels, probabilities: Floats, weights: Floats | None = None) -> float:
    """Estimate the share of wrong labels: what `joint_distribution` has off its diagonal.

    Args:
        labels: (n,) class of each photo according to its label.
        probabilities: (n, C) held-out probabilities.
        weights: (n,) how often each photo counts; once by default.
    """
    weights = np.ones(len(labels)) if weights is None else weights
    classes = probabilities.shape[1]
    confident = confident_classes(probabilities, class_thresholds(labels, probabilities, weights))
    joint = confident_joint(labels, confident, classes, weights)
    label_counts = np.bincount(labels, weights, classes).astype(np.float64)
    return float(1 - np.trace(joint_distribution(joint, label_counts)))
