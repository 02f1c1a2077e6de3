"""Two runs brought down to the test photos that both were measured on."""

from collections.abc import Sequence

import numpy as np

from components.errors import DataError
from components.metrics.replicates import check_replicates
from components.predictions import Predictions

Replicates = Sequence[Predictions]


def tested_apart(replicates: Replicates) -> bool:
    """Whether the replicates of a run were tested on different photos, as with a split of their own each."""
    first = set(replicates[0].ids.tolist())
    return any(set(one.ids.tolist()) != first for one in replicates[1:])


def share_photos(a: Replicates, b: Replicates, *, paired: bool) -> tuple[list[Predictions], list[Predictions]]:
    """Leave both runs the photos that they share.

    Args:
        a: Replicates of one run.
        b: Replicates of the other.
        paired: Replicate r of `a` and of `b` keep the photos that these two share; else all keep those that
            are tested in any replicate of `a` and in any of `b`.

    Raises:
        DataError: When a run cannot be used by itself, their classes differ, a photo's truth differs, or
            they share fewer than two photos.
    """
    check_replicates(a)
    check_replicates(b)
    if a[0].class_names != b[0].class_names:
        raise DataError(
            f"the runs tell different classes apart: {_listed(a[0].class_names)} and {_listed(b[0].class_names)}; "
            "only runs of the same classes, in the same order, can be compared"
        )
    of_a, of_b = ([set(one.ids.tolist()) for one in run] for run in (a, b))
    if paired:
        common = [mine & its for mine, its in zip(of_a, of_b, strict=True)]
    else:
        common = [set[str]().union(*of_a) & set[str]().union(*of_b)]
    for number, photos in enumerate(common):
        if len(photos) < 2:
            where = f" in replicate {number}" if paired and len(common) > 1 else ""
            raise DataError(
                f"the runs share {len(photos)} test photos{where}, at least 2 are needed "
                f"(for example {a[0].ids[0]!r} and {b[0].ids[0]!r}): compare runs on the same data and split"
            )
    kept_a, kept_b = ([_only(one, common[number if paired else 0]) for number, one in enumerate(run)] for run in (a, b))
    for run, kept in (("first", kept_a), ("second", kept_b)):
        for number, one in enumerate(kept):
            if not len(one):
                raise DataError(f"replicate {number} of the {run} run was tested on no photo that the runs share")
    _check_truth(kept_a, kept_b)
    return kept_a, kept_b


def _only(predictions: Predictions, photos: set[str]) -> Predictions:
    keep = np.array([photo in photos for photo in predictions.ids.tolist()])
    if keep.all():
        return predictions
    return Predictions(
        ids=predictions.ids[keep],
        y_true=predictions.y_true[keep],
        scores=predictions.scores[keep],
        y_pred=predictions.y_pred[keep],
        unknown_score=predictions.unknown_score[keep],
        class_names=predictions.class_names,
    )


def _check_truth(a: Replicates, b: Replicates) -> None:
    names = (*a[0].class_names, "unknown")
    truth = {photo: label for one in a for photo, label in zip(one.ids.tolist(), one.y_true.tolist(), strict=True)}
    for one in b:
        for photo, label in zip(one.ids.tolist(), one.y_true.tolist(), strict=True):
            if truth.get(photo, label) != label:
                raise DataError(
                    f"{photo!r} is labelled {names[truth[photo]]!r} in the first run and {names[label]!r} in the "
                    "second: the labels changed in between, run the first again"
                )


def _listed(names: Sequence[str]) -> str:
    return "(" + ", ".join(names) + ")"
