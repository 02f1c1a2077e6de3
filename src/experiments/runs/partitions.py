"""Clusters of a run, in `partitions.parquet`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from components.results import Partition
from components.storage import atomic_path
from experiments.runs.parquet import invalid, read_table

FILE = "partitions.parquet"
TASKS = ("cluster",)
"""Tasks whose runs write the file."""

COLUMNS = ("replicate", "id", "label", "cluster")


def write_partitions(folder: Path, replicates: Sequence[Partition]) -> None:
    """Write one row per photo and replicate: replicate, id, label, cluster (-1: noise)."""
    frames = [
        pd.DataFrame({"replicate": number, "id": partition.ids, "label": partition.label, "cluster": partition.cluster})
        for number, partition in enumerate(replicates)
    ]
    with atomic_path(folder / FILE) as path:
        pd.concat(frames, ignore_index=True).to_parquet(path, index=False)


def read_partitions(folder: Path) -> list[Partition]:
    """Return the partition of each replicate of a run, in the order of the replicates.

    Raises:
        DataError: The run's folder has no such file, or the file is not as `write_partitions` writes it.
    """
    path = folder / FILE
    table = read_table(path, COLUMNS, tasks=TASKS)
    replicates = []
    for number, part in table.groupby("replicate", sort=True):
        ids, label = (part[name].to_numpy(dtype=object) for name in ("id", "label"))
        try:
            replicates.append(Partition(ids, label, part["cluster"].to_numpy(dtype=np.int64)))
        except ValueError as error:
            raise invalid(path, f"is wrong in replicate {number} ({error})") from error
    return replicates
