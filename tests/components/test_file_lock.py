"""Locks exclude other holders, can be shared by readers, and end with their process."""

import os
import signal
import subprocess
import sys
import time

from components.file_lock import acquire, file_lock


def test_an_exclusive_lock_excludes_and_is_released_on_leaving(tmp_path):
    path = tmp_path / "lock"
    with file_lock(path) as first:
        assert first
        with file_lock(path, wait=False) as second:
            assert not second
    with file_lock(path, wait=False) as again:
        assert again
    assert path.exists()


def test_an_exception_releases_the_lock(tmp_path):
    try:
        with file_lock(tmp_path / "lock"):
            raise RuntimeError
    except RuntimeError:
        pass
    with file_lock(tmp_path / "lock", wait=False) as acquired:
        assert acquired


def test_readers_share_a_lock_that_excludes_writers(tmp_path):
    path = tmp_path / "lock"
    path.touch()
    with path.open("rb") as reader, path.open("rb") as another, path.open("ab") as writer:
        assert acquire(reader, shared=True)
        assert acquire(another, wait=False, shared=True)
        assert not acquire(writer, wait=False)
        another.close()
        reader.close()
        assert acquire(writer.fileno(), wait=False)


def test_a_killed_process_releases_its_lock(tmp_path):
    path = tmp_path / "lock"
    code = (
        "import sys, time; from pathlib import Path; from components.file_lock import file_lock\n"
        "with file_lock(Path(sys.argv[1])): print('locked', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "locked\n"
        with file_lock(path, wait=False) as acquired:
            assert not acquired
        began = time.monotonic()
        os.kill(process.pid, signal.SIGKILL)
        with file_lock(path) as acquired:
            assert acquired
        assert time.monotonic() - began < 30
