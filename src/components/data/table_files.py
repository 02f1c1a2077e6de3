"""Columns of CSV and Parquet files, with the line of each row for error messages."""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.data.file_kinds import kind_of_file
from components.data.text_encodings import read_text
from components.errors import DataError
from components.wording import counted

PARQUET_EXTENSIONS = (".parquet", ".pq")
TABLE_EXTENSIONS = (".csv", ".tsv", *PARQUET_EXTENSIONS)
DELIMITERS = ",;\t|"
UNNAMED = re.compile(r"|Unnamed: \d+|__index_level_\d+__")
"""Names of columns without a name: a trailing comma, or the index that pandas writes."""


@dataclass(frozen=True)
class Columns:
    """The content of a table.

    Attributes:
        values: The columns by name.
        lines: For each row its line in the CSV file, or its number in the Parquet file, from 1.
        delimiter: Between the values of a CSV file; "" for Parquet.
        notes: How the table was read, where that is not obvious; "" for nothing.
    """

    values: dict[str, list[Any]]
    lines: list[int]
    delimiter: str = ""
    notes: tuple[str, ...] = ()


def read_columns(file: Path, encoding: str | None = None) -> Columns:
    """Read a table as columns; columns without a name are dropped.

    Args:
        file: A Parquet file (.parquet, .pq), or a CSV file with a header line.
        encoding: Encoding of a CSV file; None: UTF-8, UTF-16 or Windows-1252, whichever it is in.

    Raises:
        DataError: The file cannot be read or is of another kind, has rows of different lengths, or has two columns of
            the same name.
    """
    is_parquet = file.suffix.lower() in PARQUET_EXTENSIONS
    try:
        kind, advice = kind_of_file(file)
        if is_parquet and kind != "a Parquet table":
            found = f"{kind}: {advice}" if kind else "no Parquet file; if it is a text, name it .csv"
            raise DataError(f"{file} cannot be read as a Parquet file: it is {found}")
        if kind and not is_parquet:
            raise DataError(f"{file} is {kind}, not a CSV table: {advice}")
        return _read_parquet(file) if is_parquet else _read_csv(file, encoding)
    except OSError as error:
        raise DataError(f"{file} cannot be read ({error.strerror}); expected a .csv or .parquet table") from error


def _read_csv(file: Path, encoding: str | None) -> Columns:
    text, note = read_text(file, encoding)
    delimiter, text, skipped = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, lines = [], []
    try:
        names = [_name(name) for name in next(reader, [])]
        for values in reader:
            if not any(values) and len(values) <= 1:
                continue
            line = reader.line_num + skipped
            row = values if any(value.strip() for value in values[len(names) :]) else values[: len(names)]
            if len(row) != len(names):
                raise DataError(
                    f"{file}, line {line}: {counted(len(row), 'value')}, expected {len(names)} "
                    f"({', '.join(names)}); put values that contain {delimiter!r} in double quotes"
                )
            rows.append(row)
            lines.append(line)
    except csv.Error as error:
        raise DataError(f"{file}, line {reader.line_num + skipped}: {error}") from error
    named = [index for index, name in enumerate(names) if not UNNAMED.fullmatch(name)]
    _check_unique([names[index] for index in named], file)
    columns = {names[index]: [row[index] for row in rows] for index in named}
    return Columns(columns, lines, delimiter, (note, _dropped_note(file, names)))


def _delimiter(text: str) -> tuple[str, str, int]:
    """Return the delimiter, the text from its header on, and the number of lines before that."""
    first, _, rest = text.partition("\n")
    if found := re.fullmatch(r'"?sep=(.)"?\s*', first):  # Excel's own way to name it
        return found[1], rest, 1
    unquoted = re.sub(r'"[^"]*"', "", first)
    return max(DELIMITERS, key=unquoted.count), text, 0


def _name(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def _check_unique(names: list[str], file: Path) -> None:
    if len(set(names)) != len(names):
        raise DataError(f"{file} has two columns of the same name ({', '.join(names)}); rename one of them")


def _dropped_note(file: Path, names: list[str]) -> str:
    dropped = [str(number) for number, name in enumerate(names, 1) if UNNAMED.fullmatch(name)]
    if not dropped:
        return ""
    word = "column" if len(dropped) == 1 else "columns"
    return f"{file.name}: {word} {', '.join(dropped)} without a name dropped"


def _read_parquet(file: Path) -> Columns:
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(file)
        content: dict[str, list[Any]] = table.to_pydict()
    except (OSError, pyarrow.ArrowException) as error:
        raise DataError(f"{file} cannot be read as a Parquet file: {error}") from error
    names = [_name(name) for name in table.column_names]
    _check_unique([name for name in names if not UNNAMED.fullmatch(name)], file)
    values = {_name(name): column for name, column in content.items() if not UNNAMED.fullmatch(_name(name))}
    return Columns(values, list(range(1, table.num_rows + 1)), notes=("", _dropped_note(file, names)))
