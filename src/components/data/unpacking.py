"""Safe unpacking of ZIP and tar files: no member outside the target folder, no links, a limit on the size."""

import errno
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from components.data.progress import progress
from components.errors import DataError

ARCHIVE_EXTENSIONS = ".zip, .tar, .tar.gz, .tar.bz2 or .tar.xz"
CHUNK = 1 << 20


@dataclass(frozen=True)
class _Member:
    """A file in an archive; `kind` says what it is if it is not a regular file."""

    name: str
    kind: str
    open: Callable[[], Any]


def unpack(file: Path, target: Path, limit: int) -> None:
    """Write every file of an archive below `target`, in one pass.

    Args:
        file: The archive.
        target: An empty folder; on an error the caller removes it with what was written.
        limit: Largest total size unpacked, in bytes.

    Raises:
        DataError: The archive is not a ZIP or tar file, is broken, encrypted or too large, or has members that are
            links or would be written outside `target`; or the disk is full.
    """
    written = 0
    try:
        for member in progress(_members(file), f"Unpacking {file.name}"):
            path = target / _safe_name(file, member)
            path.parent.mkdir(parents=True, exist_ok=True)
            with member.open() as source, path.open("wb") as sink:
                while chunk := source.read(CHUNK):
                    written += len(chunk)
                    if written > limit:
                        raise DataError(
                            f"{file} takes more than {limit / 1e9:g} GB unpacked: "
                            "if that is expected, raise data.max_gigabytes"
                        )
                    sink.write(chunk)
    except DataError:
        raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DataError(
                f"The disk of {target.parent} is full: free some space, or set HITO_CACHE to a folder on another disk"
            ) from error
        raise DataError(f"{file} cannot be unpacked: {error}") from error
    except Exception as error:  # zipfile, tarfile, zlib and lzma raise their own errors for broken data
        raise DataError(f"{file} is broken or encrypted: {error or type(error).__name__}") from error


def _members(file: Path) -> Iterator[_Member]:
    """Yield the members that are not folders, in archive order; read each before requesting the next."""
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as packed:
            for info in packed.infolist():
                if not info.is_dir():
                    kind = "a symbolic link" if stat.S_ISLNK(info.external_attr >> 16) else ""
                    yield _Member(info.filename, kind, partial(packed.open, info))
    elif tarfile.is_tarfile(file):
        with tarfile.open(file) as packed_tar:
            for entry in packed_tar:
                if not entry.isdir():
                    kind = "a symbolic link" if entry.issym() else "a hard link" if entry.islnk() else ""
                    kind = kind or ("" if entry.isreg() else "a device")
                    yield _Member(entry.name, kind, partial(packed_tar.extractfile, entry))
    else:
        raise DataError(f"{file} is not a ZIP or tar file; expected a {ARCHIVE_EXTENSIONS} file")


def _safe_name(file: Path, member: _Member) -> PurePosixPath:
    name = PurePosixPath(member.name.replace("\\", "/"))
    if not name.parts or name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
        raise DataError(
            f"{file}: the member {member.name!r} would be written outside the target folder; nothing was unpacked. "
            "Pack it again with relative paths"
        )
    if member.kind:
        raise DataError(
            f"{file}: the member {member.name!r} is {member.kind}, only regular files are accepted; pack it again with "
            "the files that the links point to (tar --dereference --hard-dereference)"
        )
    return name
