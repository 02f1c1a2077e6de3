"""The kinds of result that runs leave and that can be compared: which file, how it is read, how two are held together.

A run is of the first kind whose file is there. A new kind is one more entry of `KINDS`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from components.errors import DataError
from components.metrics import (
    Comparison,
    check_item_metric,
    check_metric,
    check_partition_metric,
    closed_set,
    compare_all,
    compare_items,
    compare_partitions,
)
from experiments.runs import items, partitions, predictions

Results = Sequence[Any]
"""One object a replicate; each has `ids`, (n,) of what it was measured on."""


@dataclass(frozen=True)
class Kind:
    """One kind of result.

    Attributes:
        file: What such runs leave in their folder.
        unit: What `ids` counts, in words.
        read: The replicates of the run in a folder; raises DataError.
        compare: Two runs in some metrics.
        check: Raises ConfigError when such results have no metric of this name.
        headline: The metric to judge by where none is asked for.
        also: Metrics that sweeps judge by as well, where both runs have them in their records.
        compare_own: As `compare`, each run on all that it was measured on, not on what both share; None where there
            is no such comparison.
    """

    file: str
    unit: str
    read: Callable[[Path], Results]
    compare: Comparison
    check: Callable[[str, Results], None]
    headline: Callable[[Results], str]
    also: tuple[str, ...] = ()
    compare_own: Comparison | None = None


KINDS = (
    Kind(
        file=predictions.FILE,
        unit="test photos",
        read=predictions.read_predictions,
        compare=compare_all,
        check=lambda metric, _: check_metric(metric),
        headline=lambda replicates: "accuracy" if closed_set(replicates) else "auroc",
        also=("auroc_new_unknowns",),
        compare_own=partial(compare_all, photos="own"),
    ),
    Kind(
        file=items.FILE,
        unit="items",
        read=items.read_items,
        compare=compare_items,
        check=check_item_metric,
        headline=lambda replicates: next(iter(replicates[0].metrics)),
    ),
    Kind(
        file=partitions.FILE,
        unit="photos",
        read=partitions.read_partitions,
        compare=compare_partitions,
        check=lambda metric, _: check_partition_metric(metric),
        headline=lambda _: "ari",
    ),
)


def kind_of(folder: Path) -> Kind | None:
    """The kind of result that the run in `folder` left; None when it left none that can be compared."""
    return next((kind for kind in KINDS if (folder / kind.file).is_file()), None)


def results_of(folder: Path, kind: Kind) -> Results:
    """The results of a run, which must be of this kind.

    Raises:
        DataError: When they are of another kind, missing or broken.
    """
    found = kind_of(folder)
    if found is not None and found is not kind:
        raise DataError(
            f"{folder} has {found.file}, the run beside it {kind.file}: only runs of one kind of task can be compared"
        )
    return kind.read(folder)


def check_comparable(folder: Path) -> Kind:
    """The kind of result in `folder`; raises DataError when there is none."""
    kind = kind_of(folder)
    if kind is None:
        files = ", ".join(one.file for one in KINDS)
        raise DataError(f"{folder} has no {files}: only runs of tasks that measure (classify, search, ...) leave one")
    return kind
