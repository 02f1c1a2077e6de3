"""Data source: photos listed in a CSV or Parquet table."""

import math
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from components.data.folder_names import class_name, split_of
from components.data.hashing import sha256_of_readable
from components.data.manifest import INTERNAL, NUMBER_COLUMNS, SPLITS, TEXT_COLUMNS, Manifest
from components.data.source_paths import source_path
from components.data.table_files import read_columns
from components.errors import ConfigError, DataError
from components.wording import counted, did_you_mean, shortened

RANGES = {"latitude": 90.0, "longitude": 180.0}
MAX_LISTED = 10
"""Largest number of invalid values that an error lists."""


def table(
    path: str | Path,
    *,
    root: str | Path | None = None,
    columns: Mapping[str, str] | None = None,
    missing: Literal["error", "skip"] = "error",
    encoding: str | None = None,
) -> Manifest:
    """Read photos listed in a CSV or Parquet file: a column `path`, and any metadata.

    Columns named as a field of the manifest (label, split, group, object_id, title, description, latitude, longitude)
    fill that field; all others become extra columns, and those without a name are dropped. A CSV file has a header line
    and separates its values by commas, semicolons, tabs or vertical bars. `notes` say what was dropped, and in which
    encoding a file was read that is not in UTF-8. Labels are spelt in one way (`folder_names.class_name`).

    Args:
        path: The table.
        root: Folder that the paths in the table are relative to; None: the folder of the table.
        columns: New names of columns, {name in the table: new name}, such as {foto: path, clase: label}.
        missing: What to do with rows whose file does not exist: `error`, or `skip` with an entry in `left_out`.
        encoding: Encoding of a CSV file, such as cp1252 or mac_roman; None: UTF-8, UTF-16 or Windows-1252.

    Raises:
        DataError: The table cannot be read, lacks a column, or has invalid values; each is named with its row.
    """
    if missing not in ("error", "skip"):
        raise ConfigError(f"data.missing={missing!r}: expected error or skip")
    file = source_path("data.path", path, "a .csv or .parquet table")
    if file.is_dir():
        raise DataError(f"data.path={path} is a folder; expected a .csv or .parquet table. Read it with data=folder")
    if not file.is_file():
        raise DataError(f"data.path={path}: there is no such file; expected a .csv or .parquet table")
    read = read_columns(file, encoding)
    lines = read.lines
    content = _renamed(read.values, columns or {}, file)
    top = file.parent if root is None else source_path("data.root", root, "the folder of the paths, or null")
    wrong: list[str] = []
    notes = [*read.notes]
    content["path"] = [_relative(_text(listed), top) for listed in content["path"]]
    for name in (known for known in TEXT_COLUMNS if known in content and known != "path"):
        content[name] = [unicodedata.normalize("NFC", _text(value)) for value in content[name]]
    for name in (known for known in NUMBER_COLUMNS if known in content):
        content[name] = _numbers(content[name], name, lines, wrong, decimal_comma=read.delimiter != ",")
    if "label" in content:
        content["label"] = [class_name(label) for label in content["label"]]
    if "split" in content:
        content["split"] = _splits(content["split"], lines, wrong, notes)
    left_out: dict[str, str] = {}
    kept = _rows_with_files(content["path"], top, lines, wrong, left_out if missing == "skip" else None)
    if wrong:
        listed = [f"  {line}" for line in shortened(wrong, MAX_LISTED)]
        raise DataError("\n".join([f"{file} has {counted(len(wrong), 'invalid value')}:", *listed]))
    digests, unreadable = sha256_of_readable([top / content["path"][row] for row in kept])
    left_out |= {content["path"][kept[position]]: reason for position, reason in unreadable.items()}
    readable = [position for position in range(len(kept)) if position not in unreadable]
    if not readable:
        found = " that exist and can be read" if left_out else ""
        raise DataError(f"{file} lists no photos{found}; expected one row per photo")
    content = {name: [values[kept[position]] for position in readable] for name, values in content.items()}
    content["sha256"] = list(digests[readable])
    return Manifest.of(top, content, origin=f"table {file.name}", left_out=left_out, notes=notes)


def _renamed(content: Mapping[str, list[Any]], columns: Mapping[str, str], file: Path) -> dict[str, list[Any]]:
    available = ", ".join(content) or "none"
    for name in columns:
        if name not in content:
            raise DataError(
                f"{file} has no column {name!r}, which data.columns renames.{did_you_mean(name, content)} "
                f"Its columns: {available}"
            )
    renamed = {columns.get(name, name): values for name, values in content.items()}
    if reserved := [name for name in renamed if name.startswith(INTERNAL)]:
        raise DataError(
            f"{file} has a column {reserved[0]!r}; names that begin with {INTERNAL!r} are hito's own: rename it there"
        )
    if len(renamed) < len(content):
        raise DataError(f"{file}: data.columns gives two columns the same name; its columns: {available}")
    if "path" not in renamed:
        raise DataError(
            f"{file} has no column 'path'; its columns: {available}. If another column contains the file names, rename "
            f"it: 'data.columns={{{next(iter(content), 'photo')}: path}}'"
        )
    return renamed


def _text(value: Any) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value).strip()


def _relative(path: str, top: Path) -> str:
    """Return the path with forward slashes, relative to `top` if it is below it."""
    plain = Path(path.replace("\\", "/"))
    return (plain.relative_to(top) if plain.is_relative_to(top) else plain).as_posix() if path else ""


def _numbers(
    values: Iterable[Any], name: str, lines: list[int], wrong: list[str], *, decimal_comma: bool
) -> list[float]:
    numbers = []
    limit = RANGES[name]
    for line, value in zip(lines, values, strict=True):
        text = _text(value)
        if decimal_comma and re.fullmatch(r"[-+]?\d+,\d+", text):
            text = text.replace(",", ".")
        try:
            number = float(text) if text else math.nan
        except ValueError:
            number = math.nan
            wrong.append(f"row {line}, column {name!r}: {text!r} is not a number; expected degrees, such as 42.88")
        if text and not math.isnan(number) and abs(number) > limit:
            wrong.append(f"row {line}, column {name!r}: {text} is not within -{limit:.0f} .. {limit:.0f} degrees")
        numbers.append(number)
    return numbers


def _splits(values: Iterable[str], lines: list[int], wrong: list[str], notes: list[str]) -> list[str]:
    splits = []
    read: dict[str, str] = {}
    for line, value in zip(lines, values, strict=True):
        split = split_of(value)
        if value and not split:
            wrong.append(f"row {line}, column 'split': {value!r} is none of train, validation, test")
        elif value.lower() not in ("", *SPLITS):
            read[value] = split
        splits.append(split)
    if read:
        notes.append(f"column 'split': {', '.join(f'{value} was read as {split}' for value, split in read.items())}")
    return splits


def _rows_with_files(
    paths: list[str], top: Path, lines: list[int], wrong: list[str], left_out: dict[str, str] | None
) -> list[int]:
    """Return the rows whose file exists; report the others in `wrong`, or in `left_out` if it is not None."""
    kept: list[int] = []
    seen: dict[str, int] = {}
    for row, (line, path) in enumerate(zip(lines, paths, strict=True)):
        if not path:
            wrong.append(f"row {line}, column 'path': empty")
        elif path in seen:
            wrong.append(f"row {line}, column 'path': {path!r} is listed in row {seen[path]} already")
        elif os.path.isfile(top / path):  # noqa: PTH113 - Path raises if the name is too long
            kept.append(row)
        elif left_out is not None:
            left_out[path] = f"listed in row {line}, but the file does not exist"
        else:
            wrong.append(f"row {line}, column 'path': the file {top / path} does not exist")
        seen.setdefault(path, line)
    return kept
