"""The CSV files of a run as tables of text."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from components.errors import DataError
from experiments.console import number

CURVES = "curves.csv"
"""Training curves, which the page draws (`experiments.report.curves`)."""

MAX_ROWS = 40


@dataclass(frozen=True)
class Table:
    """A table as text.

    Attributes:
        name: Name of the file.
        columns: Column names.
        rows: The cells.
        numeric: Which columns hold numbers, and are aligned to the right.
        more: Number of rows that are left out.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    more: int = 0


def csv_tables(folder: Path) -> list[Table]:
    """Return every CSV file of a run except its training curves.

    Raises:
        DataError: If one cannot be read.
    """
    files = [file for file in sorted(folder.glob("*.csv")) if file.name != CURVES]
    return [table_of(read_csv(file), file.name) for file in files]


def table_of(frame: pd.DataFrame, name: str) -> Table:
    """Return a data frame as text; columns without values are left out, whole numbers have no decimals."""
    frame = frame.dropna(axis="columns", how="all")
    columns = [_texts(frame[column]) for column in frame.columns]
    numeric = tuple(pd.api.types.is_numeric_dtype(frame[column]) for column in frame.columns)
    rows = tuple(zip(*(column[:MAX_ROWS] for column in columns), strict=True))
    return Table(name, tuple(map(str, frame.columns)), rows, numeric, max(0, len(frame) - MAX_ROWS))


def read_csv(file: Path) -> pd.DataFrame:
    """Read a CSV file; an empty file is an empty data frame.

    Raises:
        DataError: If it cannot be read.
    """
    try:
        return pd.read_csv(file)
    except pd.errors.EmptyDataError:
        return pd.DataFrame()
    except (OSError, ValueError) as error:
        raise DataError(f"{file} cannot be read: {error}") from error


def _texts(column: "pd.Series[float]") -> list[str]:
    values = [None if pd.isna(value) else value for value in column.tolist()]
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return ["" if value is None else str(value) for value in values]
    known = [float(value) for value in values if value is not None]
    whole = all(value.is_integer() for value in known) and any(abs(value) > 1 for value in known)
    return ["" if value is None else f"{int(value):,}" if whole else number(float(value)) for value in values]
