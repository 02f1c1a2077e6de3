"""Photos in a ZIP or tar file, unpacked once."""

import errno
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from components.data.atomic_folder import atomic_folder
from components.data.folders import NOT_OF_THE_USER, SPLIT_FOLDERS, folder
from components.data.hashing import sha256_of
from components.data.manifest import Manifest
from components.data.progress import progress
from components.data.tables import table as read_table
from components.errors import DataError
from components.storage import cache_folder

TABLES = (".csv", ".parquet", ".pq")
CHUNK = 1 << 20


@dataclass(frozen=True)
class _Member:
    """One file of an archive; `kind` names what it is where it is no file."""

    name: str
    kind: str
    opened: Callable[[], Any]


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
    return manifest.replace(origin=f"archive {file.name}")


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
    """Write every member below `target`, in one pass; on an error the caller throws `target` away."""
    written = 0
    try:
        for member in progress(_members(file), f"Unpacking {file.name}"):
            place = target / _safe_name(file, member)
            place.parent.mkdir(parents=True, exist_ok=True)
            with member.opened() as source, place.open("wb") as sink:
                while chunk := source.read(CHUNK):
                    written += len(chunk)
                    if written > limit:
                        raise DataError(
                            f"{file} takes more than {limit / 1e9:g} GB unpacked: "
                            "if that is right, raise data.max_gigabytes"
                        )
                    sink.write(chunk)
    except DataError:
        raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DataError(f"{target.parent} is full: free some, or set HITO_CACHE to another disk") from error
        raise DataError(f"{file} cannot be unpacked: {error}") from error
    except Exception as error:  # zipfile, tarfile, zlib and lzma have errors of their own for broken data
        raise DataError(f"{file} is broken or encrypted: {error or type(error).__name__}") from error


def _members(file: Path) -> Iterator[_Member]:
    """The members that are no folders, in their order; each is to be read before the next is asked for."""
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as packed:
            for one in packed.infolist():
                if not one.is_dir():
                    kind = "a symbolic link" if stat.S_ISLNK(one.external_attr >> 16) else ""
                    yield _Member(one.filename, kind, partial(packed.open, one))
    elif tarfile.is_tarfile(file):
        with tarfile.open(file) as packed_tar:
            for entry in packed_tar:
                if not entry.isdir():
                    kind = "a symbolic link" if entry.issym() else "a hard link" if entry.islnk() else ""
                    kind = kind or ("" if entry.isreg() else "a device")
                    yield _Member(entry.name, kind, partial(packed_tar.extractfile, entry))
    else:
        raise DataError(f"{file} is no ZIP or tar file; expected a .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz")


def _safe_name(file: Path, member: _Member) -> PurePosixPath:
    name = PurePosixPath(member.name.replace("\\", "/"))
    if not name.parts or name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
        raise DataError(f"{file}: the member {member.name!r} would land outside its folder; nothing was unpacked")
    if member.kind:
        raise DataError(
            f"{file}: the member {member.name!r} is {member.kind}, only files are taken; pack it again with the files "
            "that links point to (tar --dereference --hard-dereference)"
        )
    return name
