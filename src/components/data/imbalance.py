"""Class imbalance: class weights and the imbalance ratio."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from components.errors import DataError


def class_weights(labels: ArrayLike, classes: Sequence[str | int]) -> NDArray[np.float64]:
    """Compute balanced class weights, n / (C * count), as scikit-learn's `class_weight="balanced"`.

    Args:
        labels: (n,) class of each photo.
        classes: The C classes, in the order of the weights.

    Returns:
        (C,) weights; their mean over the photos is 1.

    Raises:
        DataError: A class has no photos.
    """
    found = np.asarray(labels)
    counts = np.array([np.count_nonzero(found == name) for name in classes])
    if not counts.all():
        raise DataError(
            f"The class {classes[int(np.argmin(counts))]!r} has no photos, so its weight is undefined: add photos or "
            "remove the class"
        )
    weights: NDArray[np.float64] = counts.sum() / (len(classes) * counts)
    return weights


def imbalance_ratio(labels: ArrayLike) -> float:
    """Compute the number of photos of the largest class divided by that of the smallest; NaN without photos."""
    _, counts = np.unique(np.asarray(labels, dtype=str), return_counts=True)
    return float(counts.max() / counts.min()) if counts.size else float("nan")
