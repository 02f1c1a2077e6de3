"""Where derived data is kept, and how a file is written whole or not at all."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from components.file_lock import file_lock


def cache_folder(room: str) -> Path:
    """Folder of everything that can be computed again, one subfolder a `room` (pixels, features, ...).

    It is `$HITO_CACHE` when set, else `hito` in the user's cache folder (`$XDG_CACHE_HOME` or `~/.cache`).
    """
    root = os.environ.get("HITO_CACHE")
    base = Path(root) if root else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hito"
    folder = base.expanduser() / room
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside `target`; on success it becomes `target`, on an error it is removed.

    A reader never sees half a file, and two writers of the same content do not disturb each other.
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
def one_maker(target: Path) -> Iterator[None]:
    """Wait while another process makes `target`, in a `with` of its own; look afterwards whether it is there.

    The lock (`flock` on a file beside it) goes with the process, however that ends.
    """
    with file_lock(target.with_name(f".{target.name}.lock")):
        yield


def digest(*parts: str | bytes) -> str:
    """SHA-256 of the parts as 64 hex digits; where one part ends and the next begins counts."""
    total = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        total.update(len(raw).to_bytes(8, "little"))
        total.update(raw)
    return total.hexdigest()
