"""The cache of derived data, and files that are written completely or not at all."""

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from components.errors import PlaceError
from components.file_lock import file_lock

NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
UNUSABLE = NO_SPACE | {
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG,
}  # fmt: skip
"""Numbers of the operating system's errors that are about a place, not about the program."""


def cache_folder(name: str) -> Path:
    """Return the cache folder for one kind of derived data, created if needed.

    The cache holds only what can be computed again. It lies in `$HITO_CACHE` if set, otherwise in `hito` below the
    user's cache folder (`$XDG_CACHE_HOME` or `~/.cache`).

    Args:
        name: Subfolder, one per kind of data ("pixels", "features", ...).
    """
    folder = cache_root() / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cache_root() -> Path:
    """Return the folder of the cache; it may not exist yet."""
    root = os.environ.get("HITO_CACHE")
    base = Path(root) if root else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hito"
    return base.expanduser()


def place_error(error: OSError) -> PlaceError | None:
    """Return an error for people if an error of the operating system is about a place that cannot be used, else None.

    Args:
        error: From creating a folder, or from opening or writing a file.
    """
    if error.errno not in UNUSABLE:
        return None
    reason = os.strerror(error.errno)
    if error.errno in NO_SPACE:
        where = f"{error.filename}: " if error.filename else ""
        return PlaceError(
            f"{where}{reason}: free space, or choose another disk with output=FOLDER for the runs and with the "
            "environment variable HITO_CACHE for the cache"
        )
    if not error.filename:
        return None
    path, cache = Path(os.fsdecode(error.filename)).absolute(), cache_root().absolute()
    if path.is_relative_to(cache) or cache.is_relative_to(path):
        advice = "set the environment variable HITO_CACHE to a folder that can be written"
    else:
        advice = "choose a folder that can be written, for the runs with output=FOLDER, or change its permissions"
    return PlaceError(f"{path}: cannot be created, opened or written ({reason}): {advice}")


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a temporary path next to `target`; rename it to `target` on success, remove it on an error.

    Readers never see a partly written file, and two processes may write the same target at the same time: the last
    one to finish wins. The file gets the permissions that `open` would give it (the process's umask).
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}{target.suffix}")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))  # the kernel applies the umask
    try:
        yield temporary
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def creation_lock(target: Path) -> Iterator[None]:
    """Hold a lock while `target` is created, so that only one process creates it.

    Check whether `target` exists after the lock is acquired: another process may have created it in the meantime. The
    lock is on a file next to `target`; the operating system releases it when the process exits, even if it crashes.
    """
    with file_lock(target.with_name(f".{target.name}.lock")):
        yield


def digest(*parts: str | bytes) -> str:
    """Return the SHA-256 of the parts as 64 hex digits.

    The length of each part is hashed too: `digest("ab", "c")` differs from `digest("a", "bc")`.
    """
    total = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        total.update(len(raw).to_bytes(8, "little"))
        total.update(raw)
    return total.hexdigest()
