"""Kinds of results of runs that can be compared: their file, how it is read, how two are compared.

A run has results of the first kind whose file is in its folder. To add a kind, add an entry to `KINDS`.
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
    compare_all,
    compare_items,
    compare_partitions,
    is_closed_set,
)
from experiments.runs import items, partitions, predictions

Results = Sequence[Any]
"""One object per replicate; its attribute `ids`, (n,), names the photos or items that were measured."""


@dataclass(frozen=True)
class Kind:
    """One kind of result.

    Attributes:
        file: Name of the file in a run's folder.
        unit: What `ids` counts, in words.
        read: Returns the results of the run in a folder; raises DataError.
        compare: Compares two runs in some metrics, on the ids that both share.
        check: Raises ConfigError if such results have no metric of this name.
        headline: Returns the metric to compare in if none is given.
        tasks: Tasks whose runs have such results.
        also: Metrics that verdicts of sweeps compare as well, if the records of both runs have them.
        compare_own: As `compare`, but each run on all of its own ids; None if there is no such comparison.
    """

    file: str
    unit: str
    read: Callable[[Path], Results]
    compare: Comparison
    check: Callable[[str, Results], None]
    headline: Callable[[Results], str]
    tasks: tuple[str, ...]
    also: tuple[str, ...] = ()
    compare_own: Comparison | None = None


KINDS = (
    Kind(
        file=predictions.FILE,
        tasks=predictions.TASKS,
        unit="test photos",
        read=predictions.read_predictions,
        compare=compare_all,
        check=lambda metric, _: check_metric(metric),
        headline=lambda replicates: "accuracy" if is_closed_set(replicates) else "auroc",
        also=("auroc_new_unknowns",),
        compare_own=partial(compare_all, photos="own"),
    ),
    Kind(
        file=items.FILE,
        tasks=items.TASKS,
        unit="items",
        read=items.read_items,
        compare=compare_items,
        check=check_item_metric,
        headline=lambda replicates: next(iter(replicates[0].metrics)),
    ),
    Kind(
        file=partitions.FILE,
        tasks=partitions.TASKS,
        unit="photos",
        read=partitions.read_partitions,
        compare=compare_partitions,
        check=lambda metric, _: check_partition_metric(metric),
        headline=lambda _: "ari",
    ),
)


def kind_of(folder: Path) -> Kind | None:
    """Return the kind of results in a run's folder; None if there are none that can be compared."""
    return next((kind for kind in KINDS if (folder / kind.file).is_file()), None)


def results_of(folder: Path, kind: Kind) -> Results:
    """Return the results of a run.

    Args:
        folder: The run's folder.
        kind: The kind of results that the run is compared in.

    Raises:
        DataError: The results are of another kind, missing or broken.
    """
    found = kind_of(folder)
    if found is not None and found is not kind:
        raise DataError(
            f"{folder} has {found.file}, the run that it is compared with has {kind.file}: only runs with results of "
            "the same kind can be compared"
        )
    return kind.read(folder)


def check_comparable(folder: Path) -> Kind:
    """Return the kind of results in a run's folder.

    Raises:
        DataError: There are none that can be compared.
    """
    kind = kind_of(folder)
    if kind is None:
        files = ", ".join(kind.file for kind in KINDS)
        tasks = "|".join(sorted({task for kind in KINDS for task in kind.tasks}))
        raise DataError(f"{folder} has no {files}: only finished runs of task={tasks} write one of them")
    return kind
