"""Metrics per item of a run, in `items.parquet`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from components.results import PerItemMetrics
from components.storage import atomic_path
from experiments.runs.parquet import invalid, read_table

FILE = "items.parquet"
TASKS = ("align", "assign", "label_errors", "locate", "match", "review", "search")
"""Tasks whose runs write the file."""

COLUMNS = ("replicate", "id")
GROUP = "group"
"""Column of the group that an item belongs to, if there are groups (`PerItemMetrics.group`)."""


def write_items(folder: Path, replicates: Sequence[PerItemMetrics]) -> None:
    """Write one row per item and replicate: replicate, id, group if any, one column per metric, the headline first."""
    frames = [
        pd.DataFrame(
            {"replicate": np.full(len(items), number), "id": items.ids}
            | ({} if items.group is None else {GROUP: items.group})
            | dict(items.metrics)
        )
        for number, items in enumerate(replicates)
    ]
    with atomic_path(folder / FILE) as path:
        pd.concat(frames, ignore_index=True).to_parquet(path, index=False)


def read_items(folder: Path) -> list[PerItemMetrics]:
    """Return the metrics per item of each replicate of a run, in the order of the replicates.

    Raises:
        DataError: The run's folder has no such file, or the file is not as `write_items` writes it.
    """
    path = folder / FILE
    table = read_table(path, COLUMNS, tasks=TASKS)
    metrics = [str(name) for name in table if name not in (*COLUMNS, GROUP)]
    if not metrics:
        raise invalid(path, "has no column of a metric")
    texts = [name for name in metrics if not pd.api.types.is_numeric_dtype(table[name])]
    if texts:
        raise invalid(path, f"has no numbers in the column {texts[0]}")
    replicates = []
    for number, part in table.groupby("replicate", sort=True):
        ids = part["id"].to_numpy(dtype=object)
        if len(set(ids.tolist())) != len(ids):
            raise invalid(path, f"has an item twice in replicate {number}")
        group = part[GROUP].to_numpy(dtype=object) if GROUP in part else None
        replicates.append(PerItemMetrics(ids, {name: part[name].to_numpy(dtype=np.float64) for name in metrics}, group))
    return replicates
