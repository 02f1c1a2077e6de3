"""Checks and label names of replicates: predictions of models trained with different seeds or splits."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError
from components.results import UNKNOWN, Predictions
from components.wording import counted

UNKNOWN_NAME = "unknown"
"""Name of `UNKNOWN` in tables and figures."""


def check_replicates(replicates: Sequence[Predictions]) -> None:
    """Check that replicates can be averaged.

    Raises:
        DataError: When there are no replicates, a replicate has no photos or contains a photo twice, a score is not
            finite, the classes differ, or a photo has different true labels.
    """
    if not replicates:
        raise DataError("no predictions to evaluate: give at least one replicate")
    names = replicates[0].class_names
    truth: dict[str, int] = {}
    for number, replicate in enumerate(replicates):
        if replicate.class_names != names:
            raise DataError(f"replicate {number} has the classes {replicate.class_names}, replicate 0 has {names}")
        if len(replicate) == 0:
            raise DataError(f"replicate {number} has no photos: check that the test split is not empty")
        if len(set(replicate.ids.tolist())) != len(replicate):
            raise DataError(f"replicate {number} contains a photo twice: ids must be unique within a replicate")
        if not np.isfinite(replicate.scores).all():
            row = int(np.flatnonzero(~np.isfinite(replicate.scores).all(axis=1))[0])
            raise DataError(
                f"replicate {number}: the scores of {replicate.ids[row]!r} are not finite (diverged training?)"
            )
        for photo, label in zip(replicate.ids.tolist(), replicate.y_true.tolist(), strict=True):
            if truth.setdefault(photo, label) != label:
                raise DataError(
                    f"{photo!r} has the label {label} in replicate {number} and {truth[photo]} in a previous one"
                )


def is_closed_set(replicates: Sequence[Predictions]) -> bool:
    """Return whether the true label of every photo is one of the classes."""
    return not any((replicate.y_true == UNKNOWN).any() for replicate in replicates)


def check_known_truth(replicates: Sequence[Predictions]) -> None:
    """Check that the true label of every photo is one of the classes, as closed-set metrics require.

    Raises:
        DataError: When a true label is `UNKNOWN`.
    """
    for number, replicate in enumerate(replicates):
        unknown = int((replicate.y_true == UNKNOWN).sum())
        if unknown:
            raise DataError(
                f"closed-set metrics: {unknown} of the {counted(len(replicate), 'photo')} of replicate {number} belong "
                f"to none of the classes {replicate.class_names}; leave them out, or make their class a known one"
            )


def label_names(replicates: Sequence[Predictions]) -> tuple[str, ...]:
    """Return the row and column names of `confusion`: the classes, then "unknown" if `UNKNOWN` occurs anywhere."""
    names = replicates[0].class_names
    open_set = any((one.y_true == UNKNOWN).any() or (one.y_pred == UNKNOWN).any() for one in replicates)
    return (*names, UNKNOWN_NAME) if open_set else names


def label_codes(labels: NDArray[np.int64], n_classes: int) -> NDArray[np.int64]:
    """Return the labels with `UNKNOWN` replaced by `n_classes`, so that they index rows and columns."""
    return np.where(labels == UNKNOWN, n_classes, labels)
