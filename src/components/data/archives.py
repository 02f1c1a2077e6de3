"""Data source: photos in a ZIP or tar file, which is unpacked once into the cache."""

from collections.abc import Mapping
from pathlib import Path

from components.data.atomic_folder import atomic_folder
from components.data.folder_layout import Splits
from components.data.folder_names import is_ignored, split_of
from components.data.folders import folder
from components.data.hashing import sha256_of
from components.data.manifest import Manifest
from components.data.source_paths import source_path
from components.data.table_files import TABLE_EXTENSIONS
from components.data.tables import table as read_table
from components.data.unpacking import ARCHIVE_EXTENSIONS, unpack
from components.errors import DataError
from components.storage import cache_folder


def archive(
    path: str | Path,
    *,
    table: str | None = "auto",
    columns: Mapping[str, str] | None = None,
    splits: Splits = "auto",
    max_gigabytes: float = 50.0,
) -> Manifest:
    """Read photos from a ZIP or tar (.gz, .bz2, .xz) file, in folders as `folder` reads them or listed in a table.

    The archive is unpacked once into the cache, in a folder named by the hash of its content. Outer folders that
    contain nothing but one folder are skipped.

    Args:
        path: The archive.
        table: Name of the table at the top of the archive that lists the photos; `auto` uses the CSV or Parquet file
            at the top if there is exactly one; None: folders, even if there are tables.
        columns: As in `table`: new names of the table's columns.
        splits: As in `folder`: whether the top folders are splits.
        max_gigabytes: Largest total size unpacked, in GB. A larger archive is an error and leaves no files.

    Raises:
        DataError: The archive does not exist, is broken, encrypted or too large, or has members that are links or
            would be written outside the target folder; or its content cannot be read.
    """
    file = source_path("data.path", path, f"a {ARCHIVE_EXTENSIONS} file")
    if not file.is_file():
        raise DataError(f"data.path={path}: there is no such file; expected a {ARCHIVE_EXTENSIONS} file")
    target = cache_folder("archives") / sha256_of(file)
    if not target.is_dir():
        with atomic_folder(target) as unfinished:
            unpack(file, unfinished, int(max_gigabytes * 1e9))
    top = _without_outer_folders(target)
    tables = sorted(entry.name for entry in _visible(top) if entry.suffix.lower() in TABLE_EXTENSIONS)
    if table == "auto" and len(tables) > 1:
        raise DataError(
            f"{file} contains several tables ({', '.join(tables)}): choose one with data.table, or set data.table=null"
        )
    chosen = next(iter(tables), None) if table == "auto" else table
    if chosen and not (top / chosen).is_file():
        raise DataError(f"data.table={chosen}: not at the top of {file}; tables there: {', '.join(tables) or 'none'}")
    manifest = read_table(top / chosen, columns=columns) if chosen else folder(top, splits=splits)
    return manifest.replace(origin=f"archive {file.name}")


def _visible(parent: Path) -> list[Path]:
    return [entry for entry in parent.iterdir() if not is_ignored(entry.name)]


def _without_outer_folders(top: Path) -> Path:
    """Descend while a folder contains only one folder, which in turn contains folders or a table."""
    while True:
        inside = _visible(top)
        if len(inside) != 1 or not inside[0].is_dir() or split_of(inside[0].name):
            return top
        below = _visible(inside[0])
        if not any(entry.is_dir() or entry.suffix.lower() in TABLE_EXTENSIONS for entry in below):
            return top
        top = inside[0]
