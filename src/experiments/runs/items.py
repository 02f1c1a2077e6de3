"""Results item by item of a run: written as `items.parquet` by tasks that do not classify, and read back."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from components.errors import DataError
from components.results import PerItemMetrics
from components.storage import atomic_path

FILE = "items.parquet"
COLUMNS = ("replicate", "id")
GROUP = "group"
"""Column of what items hang together by, where they do (`PerItemMetrics.group`)."""


def write_items(folder: Path, replicates: Sequence[PerItemMetrics]) -> None:
    """Write one row an item and replicate: replicate, id, group if any, and a column a metric, the headline first."""
    frames = [
        pd.DataFrame(
            {"replicate": np.full(len(one), number), "id": one.ids}
            | ({} if one.group is None else {GROUP: one.group})
            | dict(one.metrics)
        )
        for number, one in enumerate(replicates)
    ]
    with atomic_path(folder / FILE) as path:
        pd.concat(frames, ignore_index=True).to_parquet(path, index=False)


def read_items(folder: Path) -> list[PerItemMetrics]:
    """The items of each replicate of the run in `folder`, in the order of the replicates.

    Raises:
        DataError: When there is no such file, or it is not what a run leaves.
    """
    path = folder / FILE
    if not path.is_file():
        raise DataError(f"{folder} has no {FILE}: only runs that are done of tasks such as search leave one")
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read ({error}): run it again with if_exists=overwrite") from error
    missing = [name for name in COLUMNS if name not in table]
    names = [str(name) for name in table if name not in (*COLUMNS, GROUP)]
    if missing or not names:
        lacking = ", ".join(missing) or "METRIC"
        raise DataError(
            f"{path} lacks the columns {lacking}: it is not what a run leaves, run it again (if_exists=overwrite)"
        )
    words = [name for name in names if not pd.api.types.is_numeric_dtype(table[name])]
    if words:
        raise DataError(
            f"{path}: the column {words[0]} holds no numbers: it is not what a run leaves (if_exists=overwrite)"
        )
    found = []
    for number, part in table.groupby("replicate", sort=True):
        ids = part["id"].to_numpy(dtype=object)
        if len(set(ids.tolist())) != len(ids):
            raise DataError(f"{path}: replicate {number} holds an item twice: run it again (if_exists=overwrite)")
        group = part[GROUP].to_numpy(dtype=object) if GROUP in part else None
        found.append(PerItemMetrics(ids, {name: part[name].to_numpy(dtype=np.float64) for name in names}, group))
    return found
