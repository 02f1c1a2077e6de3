"""One process at a time holds the lock; it is free when the process has exited."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from experiments.runs import lock

HOLDING = "import sys, time; from pathlib import Path; from experiments.runs import lock\n"
HOLDING += "with lock.hold(Path(sys.argv[1])) as ours: print(ours, flush=True); time.sleep(60)"


def test_one_at_a_time_and_free_when_the_holder_is_killed(tmp_path):
    folder = tmp_path / "run"
    assert lock.holder(folder) is None
    process = subprocess.Popen([sys.executable, "-c", HOLDING, str(folder)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline().strip() == "True"
        with lock.hold(folder) as ours:
            assert not ours
        assert lock.holder(folder) == f"process {process.pid}"
    finally:
        process.kill()
        process.communicate()
    assert lock.holder(folder) is None
    with lock.hold(folder) as ours:
        assert ours
        assert lock.holder(folder) == f"process {os.getpid()}"


def test_one_who_waited_for_a_folder_that_is_removed_gets_the_new_one(tmp_path):
    folder = tmp_path / "run"
    got = []

    def wait():
        with lock.hold(folder, wait=True) as ours:
            got.append((ours, (folder / lock.FILE).stat().st_size > 0))

    with lock.hold(folder):
        waiting = threading.Thread(target=wait)
        waiting.start()
        folder.rename(tmp_path / "removed")
    waiting.join(10)
    assert got == [(True, True)]


def test_a_folder_that_vanishes_while_it_is_made_is_made_again(tmp_path, monkeypatch):
    folder = tmp_path / "run"
    folder.mkdir()
    is_dir = Path.is_dir

    def gone(path):  # what `mkdir` asks when the system has said that something is there
        monkeypatch.setattr(Path, "is_dir", is_dir)
        path.rmdir()
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", gone)
    with lock.hold(folder) as ours:
        assert ours
        assert Path.is_dir is is_dir, "`mkdir` did not call `is_dir`: the case was not tested"


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path):
    (tmp_path / "run").write_text("no folder")
    with pytest.raises(FileExistsError), lock.hold(tmp_path / "run"):
        pass
