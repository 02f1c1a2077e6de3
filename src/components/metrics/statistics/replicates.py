"""What several trained models must share before their numbers may be averaged."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError
from components.results import UNKNOWN, Predictions

UNKNOWN_NAME = "unknown"
"""How `UNKNOWN` is written in tables and figures."""


def check_replicates(replicates: Sequence[Predictions]) -> None:
    """Make sure that the replicates can be compared.

    Raises:
        DataError: When there are none, one has no photos or a photo twice, a score is not finite, the
            classes differ, or a photo has two truths.
    """
    if not replicates:
        raise DataError("no predictions to evaluate: give at least one replicate")
    names = replicates[0].class_names
    truth: dict[str, int] = {}
    for number, one in enumerate(replicates):
        if one.class_names != names:
            raise DataError(f"replicate {number} has the classes {one.class_names}, replicate 0 has {names}")
        if len(one) == 0:
            raise DataError(f"replicate {number} has no photos: check that the test split is not empty")
        if len(set(one.ids.tolist())) != len(one):
            raise DataError(f"replicate {number} holds a photo twice: ids must be unique within a replicate")
        if not np.isfinite(one.scores).all():
            row = int(np.flatnonzero(~np.isfinite(one.scores).all(axis=1))[0])
            raise DataError(f"replicate {number}: the scores of {one.ids[row]!r} are not finite (diverged training?)")
        for photo, label in zip(one.ids.tolist(), one.y_true.tolist(), strict=True):
            if truth.setdefault(photo, label) != label:
                raise DataError(f"{photo!r} has the label {label} in replicate {number} and {truth[photo]} before")


def closed_set(replicates: Sequence[Predictions]) -> bool:
    """Whether every photo is of one of the classes."""
    return not any((one.y_true == UNKNOWN).any() for one in replicates)


def check_known_truth(replicates: Sequence[Predictions]) -> None:
    """Make sure that every photo is of one of the classes, as closed-set metrics need.

    Raises:
        DataError: When a true label is `UNKNOWN`.
    """
    for number, one in enumerate(replicates):
        unknown = int((one.y_true == UNKNOWN).sum())
        if unknown:
            raise DataError(
                f"closed-set metrics: {unknown} of the {len(one)} photos of replicate {number} are of none of the "
                f"classes {one.class_names}; leave them out, or make their class one of the known"
            )


def label_names(replicates: Sequence[Predictions]) -> tuple[str, ...]:
    """Names of the rows of `confusion`: the classes, then "unknown" when a photo is or was called `UNKNOWN`."""
    names = replicates[0].class_names
    rejected = any((one.y_true == UNKNOWN).any() or (one.y_pred == UNKNOWN).any() for one in replicates)
    return (*names, UNKNOWN_NAME) if rejected else names


def label_codes(labels: NDArray[np.int64], n_classes: int) -> NDArray[np.int64]:
    """The labels with `UNKNOWN` moved behind the classes, to `n_classes`."""
    return np.where(labels == UNKNOWN, n_classes, labels)
