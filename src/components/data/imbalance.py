"""How unequal classes are, and what evens them out."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from components.errors import DataError


def class_weights(labels: ArrayLike, classes: Sequence[str | int]) -> NDArray[np.float64]:
    """(C,) n / (C * count) for each class: scikit-learn's "balanced"; the mean weight of the photos is 1.

    Args:
        labels: (n,) the class of each photo.
        classes: The C classes, in the order wanted.

    Raises:
        DataError: A class has no photo.
    """
    found = np.asarray(labels)
    counts = np.array([np.count_nonzero(found == name) for name in classes])
    if not counts.all():
        raise DataError(f"The class {classes[int(np.argmin(counts))]!r} has no photo to be weighted by")
    weights: NDArray[np.float64] = counts.sum() / (len(classes) * counts)
    return weights


def imbalance_ratio(labels: ArrayLike) -> float:
    """Photos of the largest class for each of the smallest; NaN without photos."""
    _, counts = np.unique(np.asarray(labels, dtype=str), return_counts=True)
    return float(counts.max() / counts.min()) if counts.size else float("nan")
