"""Two runs brought down to the test photos that both were measured on."""

from collections.abc import Sequence

import numpy as np

from components.errors import DataError
from components.metrics.comparison.metric_registry import OF_KINDS
from components.metrics.open_set.subsets import unknown_kinds
from components.metrics.statistics.replicates import check_replicates
from components.results import UNKNOWN, Predictions

Replicates = Sequence[Predictions]


def tested_apart(replicates: Replicates) -> bool:
    """Whether the replicates of a run were tested on different photos, as with a split of their own each."""
    first = set(replicates[0].ids.tolist())
    return any(set(one.ids.tolist()) != first for one in replicates[1:])


def held_out_apart(replicates: Replicates) -> bool:
    """Whether other kinds of the rest are new to one replicate of a run than to another."""
    return any(_new(one) != _new(replicates[0]) for one in replicates[1:])


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


def check_kinds(a: Replicates, b: Replicates, metrics: Sequence[str]) -> None:
    """Make sure that two runs can be compared in metrics of the known or the new kinds of unknown photos.

    Raises:
        DataError: When a run does not tell kinds apart, has no such photos, or its replicates held out other kinds
            than those of the other run.
    """
    asked = ", ".join(metrics)
    for which, run in (("first", a), ("second", b)):
        if any(one.new_unknown is None for one in run):
            raise DataError(
                f"{asked}: the {which} run does not say which photos of the rest are of new kinds; do it again with "
                "task=open_set unknowns=new_kinds"
            )
        for metric in metrics:
            if not any(unknown_kinds(one)[OF_KINDS[metric]].any() for one in run):
                raise DataError(
                    f"{metric}: the {which} run was tested on no such photos; take unknowns=new_kinds for both runs"
                )
    for number, (one, other) in enumerate(zip(a, b, strict=False)):
        if _new(one) != _new(other):
            raise DataError(
                f"{asked}: replicate {number} of the two runs held out other kinds of the rest; take the same seed and "
                "the same unknowns for both"
            )


def photos_of_kind(replicates: Replicates, kind: str) -> int:
    """How many distinct photos are known, or unknown of this kind (the suffix of its metrics), in any replicate."""
    photos: set[str] = set()
    for one in replicates:
        photos.update(one.ids[(one.y_true != UNKNOWN) | unknown_kinds(one)[kind]].tolist())
    return len(photos)


def _new(one: Predictions) -> set[str]:
    return set() if one.new_unknown is None else set(one.ids[one.new_unknown].tolist())


def _only(predictions: Predictions, photos: set[str]) -> Predictions:
    keep = np.array([photo in photos for photo in predictions.ids.tolist()])
    return predictions if keep.all() else predictions.of(keep)


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
