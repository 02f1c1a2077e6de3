"""Folders of derived files that are created completely or not at all."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder next to `target`; rename it to `target` on success, remove it on an error.

    The name of `target` must determine its content (a hash): if another process has created it in the meantime, its
    folder is kept and this one is removed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name[:16]}.{secrets.token_hex(4)}")
    temporary.mkdir()
    try:
        yield temporary
        try:
            temporary.rename(target)
        except OSError:
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
