"""Photos in a ZIP or tar file, unpacked once."""

import shutil
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from components.data.atomic_folder import atomic_folder
from components.data.folder import NOT_OF_THE_USER, SPLIT_FOLDERS, folder
from components.data.hashing import sha256_of
from components.data.manifest import Manifest
from components.data.progress import progress
from components.data.table import table as read_table
from components.errors import DataError
from components.storage import cache_folder

TABLES = (".csv", ".parquet", ".pq")
CHUNK = 1 << 20


@dataclass(frozen=True)
class _Member:
    name: str
    size: int
    problem: str
    handle: Any


def archive(
    path: str | Path,
    *,
    table: str | None = "auto",
    columns: Mapping[str, str] | None = None,
    max_gigabytes: float = 50.0,
) -> Manifest:
    """Photos in a ZIP or tar (.gz, .bz2, .xz) file, in folders as `folder` reads them or listed in a table.

    The archive is unpacked once into the cache, in a folder named by its content. One folder around everything else
    is stepped into.

    Args:
        path: The archive.
        table: Name of the table inside that lists the photos; `auto` takes the one CSV or Parquet file at the top
            when there is one; None: folders, whatever tables there are.
        columns: As in `table`: names of the table's columns that go by another name here.
        max_gigabytes: Largest size unpacked. Nothing is kept of an archive that turns out larger.

    Raises:
        DataError: There is no such file, it is broken or encrypted, larger than allowed, or has members that would
            land outside their folder or are links; or what is inside cannot be read.
    """
    file = Path(path).expanduser().absolute()
    if not file.is_file():
        raise DataError(f"data.path={path}: there is no such file; expected a .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz")
    target = cache_folder("archives") / sha256_of(file)
    if not target.is_dir():
        with atomic_folder(target) as unfinished:
            _unpack(file, unfinished, int(max_gigabytes * 1e9))
    top = _without_wrapping(target)
    tables = sorted(one.name for one in _visible(top) if one.suffix.lower() in TABLES)
    if table == "auto" and len(tables) > 1:
        raise DataError(f"{file} holds several tables ({', '.join(tables)}): name one with data.table, or set it null")
    chosen = next(iter(tables), None) if table == "auto" else table
    if chosen and not (top / chosen).is_file():
        raise DataError(f"{file} has no table {chosen!r} at its top; there: {', '.join(tables) or 'none'}")
    manifest = read_table(top / chosen, columns=columns) if chosen else folder(top)
    return manifest.having(origin=f"archive {file.name}")


def _visible(place: Path) -> list[Path]:
    return [one for one in place.iterdir() if not one.name.startswith(".") and one.name.lower() not in NOT_OF_THE_USER]


def _without_wrapping(place: Path) -> Path:
    """Down through folders that hold one folder of folders, or of a table, and nothing else."""
    while True:
        inside = _visible(place)
        if len(inside) != 1 or not inside[0].is_dir() or inside[0].name in SPLIT_FOLDERS:
            return place
        below = _visible(inside[0])
        if not any(one.is_dir() or one.suffix.lower() in TABLES for one in below):
            return place
        place = inside[0]


def _unpack(file: Path, target: Path, limit: int) -> None:
    written = 0
    try:
        with _members(file) as (members, opened):
            _check(file, members, limit)
            for member in progress(members, f"Unpacking {file.name}"):
                place = target / member.name
                place.parent.mkdir(parents=True, exist_ok=True)
                with opened(member.handle) as source, place.open("wb") as sink:
                    while chunk := source.read(CHUNK):
                        written += len(chunk)
                        if written > limit:
                            raise _too_large(file, limit)
                        sink.write(chunk)
    except DataError:
        raise
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise DataError(f"{file} cannot be unpacked: {error or type(error).__name__}") from error
    except Exception as error:  # zlib and lzma have errors of their own for broken data
        raise DataError(f"{file} is broken: {error}") from error


@contextmanager
def _members(file: Path) -> Iterator[tuple[list[_Member], Any]]:
    """The members that are no folders, and what opens one of them for reading."""
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as packed:
            members = [
                _Member(one.filename, one.file_size, "a link" if (one.external_attr >> 28) == 0o12 else "", one)
                for one in packed.infolist()
                if not one.is_dir()
            ]
            yield members, packed.open
    elif tarfile.is_tarfile(file):
        with tarfile.open(file) as packed_tar:
            members = [
                _Member(
                    one.name,
                    one.size,
                    "" if one.isreg() else "a link" if one.islnk() or one.issym() else "a device",
                    one,
                )
                for one in packed_tar
                if not one.isdir()
            ]
            yield members, packed_tar.extractfile
    else:
        raise DataError(f"{file} is no ZIP or tar file; expected a .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz")


def _check(file: Path, members: list[_Member], limit: int) -> None:
    for member in members:
        name = PurePosixPath(member.name.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
            raise DataError(f"{file}: the member {member.name!r} would land outside its folder; nothing was unpacked")
        if member.problem:
            raise DataError(
                f"{file}: the member {member.name!r} is {member.problem}, only files are taken; "
                "pack it again with the files that links point to (tar --dereference)"
            )
    total = sum(member.size for member in members)
    if total > limit:
        raise _too_large(file, limit)
    free = shutil.disk_usage(cache_folder("archives")).free
    if total > free:
        raise DataError(
            f"{file} takes {total / 1e9:.1f} GB unpacked and {cache_folder('archives')} has {free / 1e9:.1f} GB left: "
            "free some, or set HITO_CACHE to another disk"
        )


def _too_large(file: Path, limit: int) -> DataError:
    return DataError(f"{file} takes more than {limit / 1e9:g} GB unpacked: if that is right, raise data.max_gigabytes")
