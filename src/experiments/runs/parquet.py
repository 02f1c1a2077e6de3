"""Read Parquet files of runs; errors say which file, what is wrong with it, and what to do."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from components.errors import DataError

REPEAT = "do the run again with if_exists=overwrite"


def read_table(path: Path, columns: Sequence[str], *, tasks: Sequence[str]) -> pd.DataFrame:
    """Return the table in a Parquet file of a run.

    Args:
        path: The file.
        columns: Columns that it must have.
        tasks: Tasks whose runs write such a file, for the error.

    Raises:
        DataError: The file does not exist, cannot be read, or lacks a column.
    """
    if not path.is_file():
        raise DataError(f"{path.parent} has no {path.name}: only finished runs of task={'|'.join(tasks)} write one")
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read ({error}): {REPEAT}") from error
    missing = [name for name in columns if name not in table]
    if missing:
        raise invalid(path, f"lacks the columns {', '.join(missing)}")
    return table


def invalid(path: Path, problem: str) -> DataError:
    """Return the error that a file of a run is not as hito writes it.

    Args:
        path: The file.
        problem: What is wrong with it, such as "lacks the columns id".
    """
    return DataError(f"{path} {problem}: {REPEAT}")
