"""Predictions of the folds of a replicate as one result."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.errors import DataError
from components.results import Predictions


def pooled(parts: Sequence[Predictions], manifest: Manifest) -> tuple[Predictions, NDArray[np.int64]]:
    """Pool the predictions of the folds of one replicate, in the order of the manifest.

    Args:
        parts: Predictions of each fold, of different photos.
        manifest: The photos.

    Returns:
        The predictions of all photos, and the (n,) order that sorts values concatenated in the order of `parts`
        likewise.

    Raises:
        DataError: The folds have different classes.
    """
    if len(parts) == 1:
        return parts[0], np.arange(len(parts[0]))
    names = parts[0].class_names
    for fold, part in enumerate(parts):
        if part.class_names != names:
            others = sorted(set(part.class_names) ^ set(names))
            raise DataError(
                f"Fold {fold} has other classes than fold 0 ({', '.join(others)}): every class needs training photos "
                "in every fold. split=kfold draws such folds"
            )
    ids = np.concatenate([part.ids for part in parts])
    order = np.argsort(manifest.rows_of(ids.tolist()), kind="stable")
    new_unknown = [part.new_unknown for part in parts if part.new_unknown is not None]
    return Predictions(
        ids=ids[order],
        y_true=np.concatenate([part.y_true for part in parts])[order],
        scores=np.concatenate([part.scores for part in parts])[order],
        y_pred=np.concatenate([part.y_pred for part in parts])[order],
        unknown_score=np.concatenate([part.unknown_score for part in parts])[order],
        class_names=names,
        new_unknown=np.concatenate(new_unknown)[order] if len(new_unknown) == len(parts) else None,
    ), order
