"""Data source: photos listed in a CSV or Parquet table."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from components.data.folders import SPLIT_FOLDERS
from components.data.hashing import sha256_of_all
from components.data.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
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
) -> Manifest:
    """Read photos listed in a CSV or Parquet file: a column `path`, and any metadata.

    Columns named as a field of the manifest (label, split, group, object_id, title, description, latitude, longitude)
    fill that field; all others become extra columns. A CSV file has a header line, is in UTF-8, and separates its
    values by commas, semicolons, tabs or vertical bars.

    Args:
        path: The table.
        root: Folder that the paths in the table are relative to; None: the folder of the table.
        columns: New names of columns, {name in the table: new name}, such as {foto: path, clase: label}.
        missing: What to do with rows whose file does not exist: `error`, or `skip` with an entry in `left_out`.

    Raises:
        DataError: The table cannot be read, lacks a column, or has invalid values; each is named with its row.
    """
    if missing not in ("error", "skip"):
        raise ConfigError(f"data.missing={missing!r}: expected error or skip")
    file = Path(path).expanduser().absolute()
    if not file.is_file():
        raise DataError(f"data.path={path}: there is no such file; expected a .csv or .parquet table")
    read, lines = read_columns(file)
    content = _renamed(read, columns or {}, file)
    top = Path(root).expanduser().absolute() if root else file.parent
    wrong: list[str] = []
    content["path"] = [_relative(_text(listed), top) for listed in content["path"]]
    for name in (known for known in TEXT_COLUMNS if known in content):
        content[name] = [_text(value) for value in content[name]]
    for name in (known for known in NUMBER_COLUMNS if known in content):
        content[name] = _numbers(content[name], name, lines, wrong)
    if "split" in content:
        content["split"] = _splits(content["split"], lines, wrong)
    left_out: dict[str, str] = {}
    kept = _rows_with_files(content["path"], top, lines, wrong, left_out if missing == "skip" else None)
    if wrong:
        listed = [f"  {line}" for line in shortened(wrong, MAX_LISTED)]
        raise DataError("\n".join([f"{file} has {counted(len(wrong), 'invalid value')}:", *listed]))
    if not kept:
        raise DataError(f"{file} lists no photos{' that exist' if left_out else ''}; expected one row per photo")
    content = {name: [values[row] for row in kept] for name, values in content.items()}
    content["sha256"] = list(sha256_of_all([top / relative for relative in content["path"]]))
    return Manifest.of(top, content, origin=f"table {file.name}", left_out=left_out)


def _renamed(content: Mapping[str, list[Any]], columns: Mapping[str, str], file: Path) -> dict[str, list[Any]]:
    available = ", ".join(content) or "none"
    for name in columns:
        if name not in content:
            raise DataError(
                f"{file} has no column {name!r}, which data.columns renames.{did_you_mean(name, content)} "
                f"Its columns: {available}"
            )
    renamed = {columns.get(name, name): values for name, values in content.items() if columns.get(name) or name}
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


def _numbers(values: Iterable[Any], name: str, lines: list[int], wrong: list[str]) -> list[float]:
    numbers = []
    limit = RANGES[name]
    for line, value in zip(lines, values, strict=True):
        text = _text(value)
        try:
            number = float(text) if text else math.nan
        except ValueError:
            number = math.nan
            wrong.append(f"row {line}, column {name!r}: {text!r} is not a number; expected degrees, such as 42.88")
        if text and not math.isnan(number) and abs(number) > limit:
            wrong.append(f"row {line}, column {name!r}: {text} is not within -{limit:.0f} .. {limit:.0f} degrees")
        numbers.append(number)
    return numbers


def _splits(values: Iterable[str], lines: list[int], wrong: list[str]) -> list[str]:
    splits = []
    for line, value in zip(lines, values, strict=True):
        split = SPLIT_FOLDERS.get(value.lower()) if value else ""
        if split is None:
            wrong.append(f"row {line}, column 'split': {value!r} is none of train, validation, test")
        splits.append(split or "")
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
        elif (top / path).is_file():
            kept.append(row)
        elif left_out is not None:
            left_out[path] = f"listed in row {line}, but the file does not exist"
        else:
            wrong.append(f"row {line}, column 'path': the file {top / path} does not exist")
        seen.setdefault(path, line)
    return kept
