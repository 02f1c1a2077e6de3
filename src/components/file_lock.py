"""Advisory file locks (`flock`), which the operating system releases when the process exits or crashes."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def acquire(file: IO[str] | IO[bytes] | int, *, wait: bool = True, shared: bool = False) -> bool:
    """Lock an open file.

    The lock is released when the file is closed.

    Args:
        file: The open file, or its descriptor.
        wait: Wait until the lock is free; otherwise return False at once when another process holds it.
        shared: Acquire a shared lock (many readers) instead of an exclusive one.

    Returns:
        Whether the lock was acquired; always True with `wait`.
    """
    flags = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
    try:
        fcntl.flock(file, flags)
    except BlockingIOError:
        return False
    return True


@contextmanager
def file_lock(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold an exclusive lock on the file at `path`, which is created if needed.

    Args:
        path: The lock file. It stays after the lock is released.
        wait: As in `acquire`.

    Yields:
        Whether the lock was acquired; always True with `wait`.
    """
    with path.open("a") as file:
        yield acquire(file, wait=wait)
