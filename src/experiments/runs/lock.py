"""Who is at work in the folder of a run: a lock that the system takes back when its holder dies."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE = ".lock"


@contextmanager
def hold(folder: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold the run in `folder` for oneself; gives whether it is ours.

    The lock (`flock`) goes with the process, however that ends, so that a killed run is free at once. It holds between
    the machines of a shared file system as far as that passes locks on (NFS does since Linux 2.6.12).

    Args:
        folder: Of the run; it is made when it does not exist.
        wait: Wait until the folder is free instead of giving False at once.
    """
    handle = _locked(folder, wait)
    if handle is None:
        yield False
        return
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()} {socket.gethostname()}\n".encode(), 0)
        yield True
    finally:
        os.ftruncate(handle, 0)  # the next holder is not taken for this one before it has written its name
        os.close(handle)


def holder(folder: Path) -> str | None:
    """Who is at work in `folder`, in words; None when nobody is."""
    try:
        handle = os.open(folder / FILE, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        process, _, host = os.pread(handle, 200, 0).decode(errors="replace").strip().partition(" ")
        place = "" if host == socket.gethostname() else f" on {host}"
        return f"process {process}{place}" if process else "another process"
    finally:
        os.close(handle)
    return None


def _locked(folder: Path, wait: bool) -> int | None:
    """A handle that holds the lock; None when another has it."""
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:  # the folder was removed in between
            continue
        except FileExistsError:  # likewise, while `mkdir` looked whether what is there is a folder
            if folder.is_file():
                raise
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            if _is(handle, folder / FILE):
                return handle
            os.close(handle)  # the folder was removed while this one waited: its lock is nobody's
        except BlockingIOError:
            os.close(handle)
            return None
        except BaseException:
            os.close(handle)
            raise


def _is(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
