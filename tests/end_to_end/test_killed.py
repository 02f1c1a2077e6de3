"""A run that is killed continues and ends with the metrics of a run that was not."""

import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd

WORDS = [
    "data=folder",
    "tracker=none",
    "backbone=cnn",
    "pixels.size=64",
    "training.epochs=12",
    "training.batch_size=4",
    "training.checkpoint_seconds=0",
    "training.keep=best",
    "replicates=2",
]


def start(photos, folder, *words):
    command = [sys.executable, "-m", "experiments", *WORDS, f"data.root={photos}", *words]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def record_of(folder):
    (file,) = folder.glob("multirun/classify/*/record.json")
    return json.loads(file.read_text(encoding="utf-8")), file.parent


def killed_at(photos, folder, checkpoints):
    """Start the run and kill it (SIGKILL) as soon as this many replicates have begun to leave checkpoints."""
    process = start(photos, folder)
    deadline = time.monotonic() + 200
    while len(list(folder.glob("multirun/classify/*/checkpoints/closed-?.pt"))) < checkpoints:
        assert process.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    record, run = record_of(folder)
    assert record["status"] == "running"
    assert (run / "checkpoints").is_dir()


def test_it_ends_with_the_same_metrics(photos, tmp_path):
    """Killed in the first replicate's training, and again in the second's, when the first is finished."""
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    unbroken = start(photos, whole)
    killed_at(photos, killed, 1)
    killed_at(photos, killed, 2)
    assert start(photos, killed).wait(timeout=200) == 0
    assert unbroken.wait(timeout=200) == 0

    expected, expected_folder = record_of(whole)
    found, folder = record_of(killed)
    assert found["status"] == "done"
    assert found["id"] == expected["id"]
    assert found["metrics"] == expected["metrics"]
    table = "predictions.parquet"
    pd.testing.assert_frame_equal(pd.read_parquet(folder / table), pd.read_parquet(expected_folder / table))
    pd.testing.assert_frame_equal(pd.read_csv(folder / "curves.csv"), pd.read_csv(expected_folder / "curves.csv"))
    assert not (folder / "checkpoints").exists()
