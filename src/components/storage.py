"""The cache of derived data, and files that are written completely or not at all."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from components.file_lock import file_lock


def cache_folder(name: str) -> Path:
    """Return the cache folder for one kind of derived data, created if needed.

    The cache holds only what can be computed again. It lies in `$HITO_CACHE` if set, otherwise in `hito` below the
    user's cache folder (`$XDG_CACHE_HOME` or `~/.cache`).

    Args:
        name: Subfolder, one per kind of data ("pixels", "features", ...).
    """
    root = os.environ.get("HITO_CACHE")
    base = Path(root) if root else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hito"
    folder = base.expanduser() / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


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
