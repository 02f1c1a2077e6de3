"""Lock the folder of a run; the operating system releases the lock when its holder exits, however it exits."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from components.file_lock import acquire

FILE = ".lock"


@contextmanager
def hold(folder: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold the lock of a run's folder; yields whether it was acquired.

    On a file system that several machines share, the lock excludes processes on the other machines if the file system
    passes `flock` on (NFS does since Linux 2.6.12).

    Args:
        folder: The folder, created if needed.
        wait: Wait until the lock is free; otherwise yield False at once when another process holds it.
    """
    handle = _open_locked(folder, wait)
    if handle is None:
        yield False
        return
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()} {socket.gethostname()}\n".encode(), 0)
        yield True
    finally:
        os.ftruncate(handle, 0)  # so that the next holder is not mistaken for this one before it has written its id
        os.close(handle)


def holder(folder: Path) -> str | None:
    """Return which process holds the lock of a run's folder, in words; None if it is free."""
    try:
        handle = os.open(folder / FILE, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        if acquire(handle, wait=False, shared=True):
            return None
        process, _, host = os.pread(handle, 200, 0).decode(errors="replace").strip().partition(" ")
        where = "" if host == socket.gethostname() else f" on {host}"
        return f"process {process}{where}" if process else "another process"
    finally:
        os.close(handle)


def _open_locked(folder: Path, wait: bool) -> int | None:
    """Return a file descriptor that holds the lock; None if another process holds it."""
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:  # the folder was removed after `mkdir`
            continue
        except FileExistsError:  # the folder was removed while `mkdir` checked whether it is a folder
            if folder.is_file():
                raise
            continue
        try:
            acquired = acquire(handle, wait=wait)
            if acquired and _is_at(handle, folder / FILE):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        if not acquired:
            return None  # otherwise the folder was removed while this process waited for its lock: begin again


def _is_at(handle: int, path: Path) -> bool:
    """Return whether the open file is the one at `path`."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
