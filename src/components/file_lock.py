"""Locks on files (`flock`): the operating system releases them when their holder exits, however it exits."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def acquire(file: IO[str] | IO[bytes] | int, *, wait: bool = True, shared: bool = False) -> bool:
    """Lock an open file, and return whether the lock was acquired.

    The lock is released when the file is closed.

    Args:
        file: The open file, or its descriptor.
        wait: Wait until the lock is free; otherwise return False at once when another process holds it.
        shared: Share the lock with other readers instead of excluding everyone.
    """
    flags = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
    try:
        fcntl.flock(file, flags)
    except BlockingIOError:
        return False
    return True


@contextmanager
def file_lock(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock on the file at `path`, which is created if needed; yields whether it was acquired."""
    with path.open("a") as file:
        yield acquire(file, wait=wait)
