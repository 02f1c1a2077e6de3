"""Clusters of a run: written as `partitions.parquet` by the task `cluster`, and read back."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from components.errors import DataError
from components.results import Partition
from components.storage import atomic_path

FILE = "partitions.parquet"
COLUMNS = ("replicate", "id", "label", "cluster")


def write_partitions(folder: Path, replicates: Sequence[Partition]) -> None:
    """Write one row a photo and replicate: replicate, id, label, cluster (-1: noise)."""
    frames = [
        pd.DataFrame({"replicate": number, "id": one.ids, "label": one.label, "cluster": one.cluster})
        for number, one in enumerate(replicates)
    ]
    with atomic_path(folder / FILE) as path:
        pd.concat(frames, ignore_index=True).to_parquet(path, index=False)


def read_partitions(folder: Path) -> list[Partition]:
    """The partition of each replicate of the run in `folder`, in the order of the replicates.

    Raises:
        DataError: When there is no such file, or it is not what a run leaves.
    """
    path = folder / FILE
    if not path.is_file():
        raise DataError(f"{folder} has no {FILE}: only runs of the task cluster that are done leave one")
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read ({error}): run it again with if_exists=overwrite") from error
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise DataError(
            f"{path} lacks the columns {', '.join(missing)}: it is not what a run leaves, run it again (if_exists=overwrite)"
        )
    found = []
    for _, part in table.groupby("replicate", sort=True):
        ids, label = (part[name].to_numpy(dtype=object) for name in ("id", "label"))
        try:
            found.append(Partition(ids, label, part["cluster"].to_numpy(dtype=np.int64)))
        except ValueError as error:
            raise DataError(
                f"{path}: {error}: it is not what a run leaves, run it again (if_exists=overwrite)"
            ) from error
    return found
