"""Folders and caches that cannot be written: a sentence with the path and what to do, and no traceback."""

import errno
import os

import pytest

from experiments.tasks import classify_output

CLASSIFY = (
    "task=classify",
    "tracker=none",
    "pixels.size=32",
    "training=thesis",
    "training.epochs=1",
    "split=stratified",
    "data=folder",
)


@pytest.fixture
def blocked(tmp_path):
    """A file where a folder should be; permissions would not stop an administrator."""
    (tmp_path / "blocked").write_text("a file")
    return tmp_path / "blocked"


@pytest.mark.parametrize("multirun", [False, True], ids=["run", "sweep"])
def test_an_output_folder_that_cannot_be_made(hito, photos, blocked, multirun):
    words = (*CLASSIFY, f"data.root={photos}", f"output={blocked / 'runs'}", *(["seed=0,1"] if multirun else []))
    status, _, err = hito(*(["-m"] if multirun else []), *words)
    assert status == 1
    assert str(blocked) in err
    assert "Not a directory" in err
    assert "output=FOLDER" in err
    assert "Traceback" not in err
    assert "defect" not in err


def test_a_cache_that_cannot_be_made(hito, photos, blocked, monkeypatch):
    monkeypatch.setenv("HITO_CACHE", str(blocked / "cache"))
    status, _, err = hito(*CLASSIFY, f"data.root={photos}")
    assert status == 1
    assert str(blocked) in err
    assert "HITO_CACHE" in err
    assert "Traceback" not in err
    assert "defect" not in err


def test_a_disk_that_is_full_while_a_run_writes(hito, photos, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "class_report.csv")

    monkeypatch.setattr(classify_output, "write_csv", full)
    status, _, err = hito(*CLASSIFY, f"data.root={photos}")
    assert status == 1
    assert "class_report.csv: No space left on device: free space" in " ".join(err.split())
    assert "defect" not in err
