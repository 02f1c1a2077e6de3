"""Restriction of two runs to the items that both were measured on, for results of any kind."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError
from components.wording import counted

MIN_SHARED = 2
"""Fewest shared items for a comparison."""

Ids = NDArray[np.object_]


class Results(Protocol):
    """The results of one replicate on items that have ids."""

    @property
    def ids(self) -> Ids:
        """(n,) str objects."""

    def __len__(self) -> int: ...


def check_pairable(a: Sequence[Any], b: Sequence[Any]) -> None:
    """Raise DataError when the runs have different numbers of replicates."""
    if len(a) != len(b):
        raise DataError(
            f"{len(a)} and {len(b)} replicates cannot be paired: give both runs the same number, or compare "
            "them unpaired"
        )


def shared_ids(
    a: Sequence[Results], b: Sequence[Results], item: str, advice: str, *, paired: bool = False
) -> list[set[str]]:
    """Return the ids that two runs share.

    Args:
        a: Replicates of the baseline.
        b: Replicates of the run.
        item: What an item is, for the message: "test photo".
        advice: What to do when they share too few, for the message.
        paired: Whether replicate r of both runs keeps the ids that these two share; otherwise all replicates keep those
            that occur in any replicate of `a` and in any of `b`.

    Returns:
        One set per pair of replicates if `paired`, else a single set.

    Raises:
        DataError: When they share fewer than two.
    """
    of_a, of_b = ([set(replicate.ids.tolist()) for replicate in run] for run in (a, b))
    if paired:
        shared = [ids_a & ids_b for ids_a, ids_b in zip(of_a, of_b, strict=True)]
    else:
        shared = [set[str]().union(*of_a) & set[str]().union(*of_b)]
    for number, ids in enumerate(shared):
        if len(ids) < MIN_SHARED:
            where = f" in replicate {number}" if len(shared) > 1 else ""
            example = f" (for example {a[0].ids[0]!r} and {b[0].ids[0]!r})" if len(a[0]) and len(b[0]) else ""
            raise DataError(
                f"the runs share {counted(len(ids), item)}{where}, at least {MIN_SHARED} are needed{example}: {advice}"
            )
    return shared


def mask_of(ids: Ids, shared: set[str]) -> NDArray[np.bool_]:
    """Return which of the ids are in a set, (n,)."""
    return np.array([item in shared for item in ids.tolist()], dtype=bool)


def check_not_empty(a: Sequence[Results], b: Sequence[Results], item: str) -> None:
    """Raise DataError when a replicate has none of the shared items."""
    for name, run in (("first", a), ("second", b)):
        for number, replicate in enumerate(run):
            if not len(replicate):
                raise DataError(f"replicate {number} of the {name} run has no {item} that the runs share")


def check_same_labels(a: Iterable[tuple[Ids, Ids]], b: Iterable[tuple[Ids, Ids]]) -> None:
    """Check that both runs have the same true label for each photo.

    Args:
        a: Ids and labels, (n,) str objects each, of the replicates of the baseline.
        b: The same of the run.

    Raises:
        DataError: When a photo is labelled differently.
    """
    first = {photo: label for ids, labels in a for photo, label in zip(ids.tolist(), labels.tolist(), strict=True)}
    for ids, labels in b:
        for photo, label in zip(ids.tolist(), labels.tolist(), strict=True):
            if first.get(photo, label) != label:
                raise DataError(
                    f"{photo!r} is labelled {first[photo]!r} in the first run and {label!r} in the second: the labels "
                    "changed in between; run the first one again"
                )
