"""Columns of CSV and Parquet files, with the line of each row for error messages."""

import csv
from pathlib import Path
from typing import Any

from components.errors import DataError
from components.wording import counted

TABLE_EXTENSIONS = (".csv", ".parquet", ".pq")
DELIMITERS = ",;\t|"


def read_columns(file: Path) -> tuple[dict[str, list[Any]], list[int]]:
    """Read a table as columns.

    Args:
        file: A Parquet file (.parquet, .pq), or a CSV file in UTF-8 with a header line.

    Returns:
        The columns by name, and for each row its line in the CSV file or its number in the Parquet file, from 1.

    Raises:
        DataError: The file cannot be read, has rows of different lengths, or has two columns of the same name.
    """
    return _read_parquet(file) if file.suffix.lower() in TABLE_EXTENSIONS[1:] else _read_csv(file)


def _read_csv(file: Path) -> tuple[dict[str, list[Any]], list[int]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            header = stream.readline()
            delimiter = max(DELIMITERS, key=header.count)
            stream.seek(0)
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            names = [name.strip() for name in next(reader, [])]
            rows, lines = [], []
            for row in reader:
                if not row:
                    continue
                if len(row) != len(names):
                    raise DataError(
                        f"{file}, line {reader.line_num}: {counted(len(row), 'value')}, expected {len(names)} "
                        f"({', '.join(names)}); put values that contain {delimiter!r} in double quotes"
                    )
                rows.append(row)
                lines.append(reader.line_num)
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is not in UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from error
    except csv.Error as error:
        raise DataError(f"{file}, line {reader.line_num}: {error}") from error
    if len(set(names)) != len(names):
        raise DataError(f"{file} has two columns of the same name ({', '.join(names)}); rename one of them")
    return {name: [row[index] for row in rows] for index, name in enumerate(names)}, lines


def _read_parquet(file: Path) -> tuple[dict[str, list[Any]], list[int]]:
    import pyarrow.parquet

    try:
        content: dict[str, list[Any]] = pyarrow.parquet.read_table(file).to_pydict()
    except (OSError, pyarrow.ArrowException) as error:
        raise DataError(f"{file} cannot be read as a Parquet file: {error}") from error
    n = len(next(iter(content.values()), []))
    return content, list(range(1, n + 1))
