"""Photos listed in a table, with what is known of each."""

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from components.data.folders import SPLIT_FOLDERS
from components.data.hashing import sha256_of_all
from components.data.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from components.errors import ConfigError, DataError

RANGES = {"latitude": 90.0, "longitude": 180.0}
DELIMITERS = ",;\t|"
NAMED = 10


def table(
    path: str | Path,
    *,
    root: str | Path | None = None,
    columns: Mapping[str, str] | None = None,
    missing: Literal["error", "skip"] = "error",
) -> Manifest:
    """Photos listed in a CSV or Parquet file: a column `path`, and whatever else is known of each photo.

    Columns with a name of the manifest (label, split, group, object_id, title, description, latitude, longitude) are
    taken as such, all others as extra columns. A CSV file has a line of names, UTF-8, and commas, semicolons, tabs or
    bars between its values.

    Args:
        path: The file.
        root: Folder that the paths in the table are relative to; None: the folder of the table.
        columns: Names of the table's columns that go by another name here: {foto: path, clase: label}.
        missing: What to do with rows whose file does not exist: `error`, or `skip` with an entry in `left_out`.

    Raises:
        DataError: The table cannot be read, lacks a column, or has rows that cannot be right; each is named.
    """
    if missing not in ("error", "skip"):
        raise ConfigError(f"data.missing={missing!r}: expected error or skip")
    file = Path(path).expanduser().absolute()
    if not file.is_file():
        raise DataError(f"data.path={path}: there is no such file; expected a .csv or .parquet table")
    read, lines = _read_parquet(file) if file.suffix.lower() in (".parquet", ".pq") else _read_csv(file)
    content = _renamed(read, columns or {}, file)
    top = Path(root).expanduser().absolute() if root else file.parent
    wrong: list[str] = []
    content["path"] = [_relative(_text(one), top) for one in content["path"]]
    for name in (one for one in TEXT_COLUMNS if one in content):
        content[name] = [_text(value) for value in content[name]]
    for name in (one for one in NUMBER_COLUMNS if one in content):
        content[name] = _numbers(content[name], name, lines, wrong)
    if "split" in content:
        content["split"] = _splits(content["split"], lines, wrong)
    left_out: dict[str, str] = {}
    kept = _rows_with_files(content["path"], top, lines, wrong, left_out if missing == "skip" else None)
    if wrong:
        shown = [f"  {one}" for one in wrong[:NAMED]] + ([f"  and {len(wrong) - NAMED} more"] * (len(wrong) > NAMED))
        raise DataError("\n".join([f"{file} has {len(wrong)} values that cannot be right:", *shown]))
    if not kept:
        raise DataError(f"{file} lists no photos{' that exist' if left_out else ''}; expected one row a photo")
    content = {name: [values[row] for row in kept] for name, values in content.items()}
    content["sha256"] = list(sha256_of_all([top / one for one in content["path"]]))
    return Manifest.of(top, content, origin=f"table {file.name}", left_out=left_out)


def _read_csv(file: Path) -> tuple[dict[str, list[Any]], list[int]]:
    """Columns by name, and the line of each row in the file."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            first = stream.readline()
            delimiter = max(DELIMITERS, key=first.count)
            stream.seek(0)
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            names = [name.strip() for name in next(reader, [])]
            rows, lines = [], []
            for row in reader:
                if not row:
                    continue
                if len(row) != len(names):
                    raise DataError(
                        f"{file}, line {reader.line_num}: {len(row)} values, expected {len(names)} "
                        f"({', '.join(names)}); put values that hold a {delimiter!r} in double quotes"
                    )
                rows.append(row)
                lines.append(reader.line_num)
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is not in UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from error
    except csv.Error as error:
        raise DataError(f"{file}, line {reader.line_num}: {error}") from error
    if len(set(names)) != len(names):
        raise DataError(f"{file} has a column twice: {', '.join(names)}")
    return {name: [row[index] for row in rows] for index, name in enumerate(names)}, lines


def _read_parquet(file: Path) -> tuple[dict[str, list[Any]], list[int]]:
    """Columns by name, and the number of each row, from 1."""
    import pyarrow.parquet

    try:
        content: dict[str, list[Any]] = pyarrow.parquet.read_table(file).to_pydict()
    except (OSError, pyarrow.ArrowException) as error:
        raise DataError(f"{file} is no readable Parquet file: {error}") from error
    n = len(next(iter(content.values()), []))
    return content, list(range(1, n + 1))


def _renamed(content: Mapping[str, list[Any]], columns: Mapping[str, str], file: Path) -> dict[str, list[Any]]:
    there = ", ".join(content) or "none"
    for own in columns:
        if own not in content:
            raise DataError(f"{file} has no column {own!r}, which data.columns names; its columns: {there}")
    renamed = {columns.get(name, name): values for name, values in content.items() if columns.get(name) or name}
    if len(renamed) < len(content):
        raise DataError(f"{file}: data.columns gives two columns the same name; its columns: {there}")
    if "path" not in renamed:
        raise DataError(
            f"{file} has no column 'path'; its columns: {there}. If one of them holds the file names, say so: "
            f"'data.columns={{{next(iter(content), 'photo')}: path}}'"
        )
    return renamed


def _text(value: Any) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value).strip()


def _relative(path: str, top: Path) -> str:
    """With forward slashes, and relative to `top` where it is below it."""
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
            wrong.append(f"row {line}, column {name!r}: {text!r} is not a number (with a point, in degrees)")
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
    kept: list[int] = []
    seen: dict[str, int] = {}
    for row, (line, path) in enumerate(zip(lines, paths, strict=True)):
        if not path:
            wrong.append(f"row {line}, column 'path': empty")
        elif path in seen:
            wrong.append(f"row {line}, column 'path': {path!r} stands in row {seen[path]} already")
        elif (top / path).is_file():
            kept.append(row)
        elif left_out is not None:
            left_out[path] = f"listed in row {line}, but there is no such file"
        else:
            wrong.append(f"row {line}, column 'path': there is no file {top / path}")
        seen.setdefault(path, line)
    return kept
