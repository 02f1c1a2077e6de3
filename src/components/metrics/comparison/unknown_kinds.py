"""Preconditions of metrics that count only the known, or only the new, kinds of unknown photos."""

from collections.abc import Sequence

from components.errors import DataError
from components.metrics.comparison.metric_registry import BY_KIND
from components.metrics.open_set import unknown_kinds
from components.results import UNKNOWN, Predictions

Replicates = Sequence[Predictions]


def new_kinds_differ(replicates: Replicates) -> bool:
    """Return whether the unknown photos of new kinds differ between the replicates of a run."""
    return any(_new_photos(replicate) != _new_photos(replicates[0]) for replicate in replicates[1:])


def check_kinds(a: Replicates, b: Replicates, metrics: Sequence[str]) -> None:
    """Check that two runs can be compared in metrics of the known or the new kinds of unknown photos.

    Raises:
        DataError: When a run does not record which kinds are new, has no such photos, or its replicates hold out other
            kinds than those of the other run.
    """
    names = ", ".join(metrics)
    for which, run in (("first", a), ("second", b)):
        if any(replicate.new_unknown is None for replicate in run):
            raise DataError(
                f"{names}: the {which} run does not record which unknown photos are of new kinds; run it again with "
                "task=open_set unknowns=new_kinds"
            )
        for metric in metrics:
            if not any(unknown_kinds(replicate)[BY_KIND[metric]].any() for replicate in run):
                raise DataError(
                    f"{metric}: the {which} run was tested on no such photos; use unknowns=new_kinds for both runs"
                )
    for number, (of_a, of_b) in enumerate(zip(a, b, strict=False)):
        if _new_photos(of_a) != _new_photos(of_b):
            raise DataError(
                f"{names}: replicate {number} of the two runs held out other kinds of unknown photos; use the same "
                "seed and the same unknowns for both"
            )


def count_photos_of_kind(replicates: Replicates, kind: str) -> int:
    """Count the distinct photos, in any replicate, that are known, or unknown of a kind (suffix of its metrics)."""
    photos: set[str] = set()
    for replicate in replicates:
        photos.update(replicate.ids[(replicate.y_true != UNKNOWN) | unknown_kinds(replicate)[kind]].tolist())
    return len(photos)


def _new_photos(predictions: Predictions) -> set[str]:
    return set() if predictions.new_unknown is None else set(predictions.ids[predictions.new_unknown].tolist())
