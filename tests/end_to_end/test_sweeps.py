"""Sweeps that are repeated, started twice at once, and killed: every job is done once, and nothing is lost."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from components.storage import atomic_path
from experiments.runs import lock

PREPARE = ["-m", "task=prepare", "data=folder", "tracker=none", "pixels.size=16"]


def start(photos, folder, *words, **pipes):
    """The command line in a process of its own; it prints nothing."""
    folder.mkdir(exist_ok=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | pipes
    command = [sys.executable, "-m", "experiments", *words, f"data.root={photos}"]
    return subprocess.Popen(command, cwd=folder, env=os.environ | {"COLUMNS": "200"}, **quiet)


def records_below(folder):
    return {path.parent.name: json.loads(path.read_text("utf-8")) for path in folder.glob("multirun/*/*/record.json")}


def test_what_is_done_is_not_done_again(hito, photos, records, tmp_path):
    words = (*PREPARE, f"data.root={photos}")
    status, _, said = hito(*words, "seed=0,1")
    assert status == 0, said
    assert "2 runs: 2 to run" in said
    before = records()
    report = tmp_path / "multirun" / "prepare" / "report.html"
    written = report.stat().st_mtime_ns
    status, again, said = hito(*words, "seed=1,0,2")
    assert (status, "3 runs: 2 done, 1 to run" in said) == (0, True), said
    assert {key: one for key, one in records().items() if key in before} == before
    assert report.stat().st_mtime_ns > written
    written = report.stat().st_mtime_ns
    status, same, said = hito(*words, "seed=1,0,2")
    assert "3 runs: 3 done" in said
    assert (status, report.stat().st_mtime_ns) == (0, written), "nothing changed, so nothing was written"
    assert same.split()
    assert same.split() == again.split()[-len(same.split()) :]
    _, _, said = hito(*words, "seed=0,0,1", "pixels.workers=1,2")
    assert "6 runs: 6 done" in said


def test_a_job_asked_for_twice_is_done_once(hito, photos, records):
    status, _, said = hito(*PREPARE, f"data.root={photos}", "pixels.workers=1,2")
    assert status == 0, said
    assert "2 runs: 1 the same as another, 1 to run" in said
    assert said.count("✔ done") == 1
    assert len(records()) == 1


def test_failed_runs_are_run_again_only_on_request(hito, photos, records):
    """`pixels.on_error` stands for an error that can be repaired: a photo that cannot be read."""
    broken = photos / "train" / "senda" / "broken.png"
    broken.write_bytes(b"no photo")
    words = (*PREPARE, f"data.root={photos}", "pixels.on_error=skip,raise")
    status, out, said = hito(*words)
    assert status == 1
    assert "1 of 2 runs failed" in said
    assert "if_exists=retry" in said
    failed = next(one for one in records().values() if one["status"] == "failed")
    assert "broken.png" in failed["error"]
    before = records()
    status, out, said = hito(*words)
    assert "2 runs: 1 done, 1 failed before (if_exists=retry runs them again)" in said
    assert status == 1
    assert "broken.png" in out.replace("\n", "")
    assert records() == before
    status, _, said = hito(*words, "if_exists=retry")
    assert "2 runs: 1 done, 1 to run" in said
    assert records()[failed["id"]]["started"] >= failed["started"]
    status, _, said = hito(*words, "if_exists=overwrite")
    assert "2 runs: 2 to run" in said
    status, _, said = hito(*words, "if_exists=again")
    assert status == 2
    assert "if_exists=again: expected resume, retry or overwrite" in said


def test_a_failed_run_outside_a_sweep_is_tried_again(hito, photos, records):
    broken = photos / "train" / "senda" / "broken.png"
    broken.write_bytes(b"no photo")
    words = (*PREPARE[1:], f"data.root={photos}", "pixels.on_error=raise")
    for _ in range(2):
        status, _, said = hito(*words)
        assert (status, "✘ failed" in said) == (1, True)
    assert len(records()) == 1


def test_two_sweeps_at_once_do_each_job_once(photos, tmp_path):
    """Both end well and show all; the log of a run says how often it was begun."""
    words = (*PREPARE, "seed=range(6)", "split=stratified")
    both = [start(photos, tmp_path, *words, stderr=subprocess.PIPE) for _ in range(2)]
    said = [one.communicate(timeout=200)[1].decode() for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert {one["status"] for one in records_below(tmp_path).values()} == {"done"}
    assert len(records_below(tmp_path)) == 6
    done = [
        line.split()[2] for text in said for line in text.splitlines() if line.startswith("✔ done ") and " in " in line
    ]
    assert len(done) == len(set(done)) == 6, said
    table = pd.read_csv(tmp_path / "multirun" / "prepare" / "summary.csv")
    assert table["status"].tolist() == ["done"] * 6


def test_a_run_of_another_process_is_waited_for_and_taken_over(photos, tmp_path):
    """The other process is this one, which holds the only job and then releases it unfinished."""
    words = (*PREPARE, "split=stratified")
    assert start(photos, tmp_path, *words).wait(timeout=200) == 0
    ((run, record),) = records_below(tmp_path).items()
    folder = tmp_path / "multirun" / "prepare" / run
    with atomic_path(folder / "record.json") as path:
        path.write_text(json.dumps(record | {"status": "running"}))
    with lock.hold(folder) as ours:
        assert ours
        assert lock.holder(folder) == f"process {os.getpid()}"
        process = start(photos, tmp_path, *words, stderr=subprocess.PIPE)
        lines = []
        for line in process.stderr:
            lines.append(line.decode())
            if "working on it; waiting" in lines[-1]:
                break
        assert f"1 running in process {os.getpid()}" in "".join(lines)
        assert records_below(tmp_path)[run]["status"] == "running"
    # Free, or already held by the process that waited, before or after it wrote its id.
    assert lock.holder(folder) in {None, "another process", f"process {process.pid}"}
    process.communicate(timeout=200)
    assert process.returncode == 0
    assert records_below(tmp_path)[run]["status"] == "done"


KILLED = [
    "-m",
    "data=folder",
    "tracker=none",
    "backbone=cnn",
    "pixels.size=32",
    "training.epochs=6",
    "training.batch_size=8",
    "training.checkpoint_seconds=0",
    "seed=0,1",
]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_sweep_killed_at_random_moments_ends_as_one_never_killed(photos, tmp_path):
    """SIGKILL after random delays, again and again; then as long as it takes, and no file is ever half there."""
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    began = time.monotonic()
    assert start(photos, whole, *KILLED).wait(timeout=400) == 0
    took = time.monotonic() - began
    generator = random.Random(7)
    kills = 0
    for _ in range(6):
        process = start(photos, killed, *KILLED)
        try:
            process.wait(timeout=generator.uniform(0.15, 0.5) * took)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.wait()
        for path in killed.glob("multirun/*/*/*"):
            if path.name == "record.json":
                assert json.loads(path.read_text("utf-8"))["status"] in {"running", "done"}
            elif path.suffix == ".parquet" and not path.name.startswith("."):
                pd.read_parquet(path)
            elif path.suffix == ".csv" and not path.name.startswith("."):
                pd.read_csv(path)
    assert kills >= 2
    assert start(photos, killed, *KILLED).wait(timeout=400) == 0
    expected, found = records_below(whole), records_below(killed)
    assert set(found) == set(expected)
    for run, record in found.items():
        assert (record["status"], record["metrics"]) == ("done", expected[run]["metrics"])
        assert record["artifacts"] == expected[run]["artifacts"]
        folders = [one / "multirun" / "classify" / run for one in (killed, whole)]
        tables = [pd.read_parquet(one / "predictions.parquet") for one in folders]
        pd.testing.assert_frame_equal(*tables)
        pd.testing.assert_frame_equal(*[pd.read_csv(one / "curves.csv") for one in folders])
        assert sorted(path.name for path in folders[0].rglob("*")) == sorted(
            path.name for path in folders[1].rglob("*")
        )
    summaries = [
        pd.read_csv(one / "multirun" / "classify" / "summary.csv").drop(columns="seconds") for one in (killed, whole)
    ]
    pd.testing.assert_frame_equal(*summaries)
