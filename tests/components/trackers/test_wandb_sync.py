"""Runs on disk are uploaded once, and none is lost, whatever the server does in the meantime."""

import json
import logging
import time

import pytest

from components.trackers import WandbTracker
from components.trackers.wandb_sync import is_sent, send_runs, unsent_runs
from wandb_server import KEY


@pytest.fixture
def wandb_folders(tmp_path, monkeypatch, marker):
    """Folders that the command `wandb` may write to."""
    for name in ("CACHE", "DATA", "CONFIG"):
        monkeypatch.setenv(f"WANDB_{name}_DIR", str(tmp_path / "cli"))


@pytest.fixture
def recorded(tmp_path, wandb_folders, follow, monkeypatch):
    """Two runs recorded offline; returns their parent folder."""
    monkeypatch.setenv("WANDB_MODE", "offline")
    for run_id in ("r1", "r2"):
        follow(WandbTracker(), run_id)
    monkeypatch.delenv("WANDB_MODE")
    return tmp_path / "runs"


@pytest.fixture
def reachable(server, monkeypatch):
    """The server, with a key."""
    monkeypatch.setenv("WANDB_BASE_URL", server.url)
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    return server


def summary_of(server, run):
    return json.loads(server.runs[run]["wandb-summary.json"][-1])


def losses_of(server, run):
    rows = map(json.loads, server.runs[run]["wandb-history.jsonl"])
    return [row["replicate-0/train_loss"] for row in rows if "replicate-0/train_loss" in row]


def everything_arrived(server, *runs):
    for run in runs:
        assert summary_of(server, run)["accuracy"] == 0.8
        assert losses_of(server, run)[-3:] == pytest.approx([1, 1 / 2, 1 / 3])
    assert b"<p>report</p>" in server.uploads.values()


def test_all_runs_are_sent_and_marked_and_not_sent_again(recorded, reachable):
    files = unsent_runs(recorded)
    assert [file.name for file in files] == ["run-r1-exp.wandb", "run-r2-exp.wandb"]
    counted = []
    assert send_runs(files, 30, counted.append) == []
    assert sum(counted) == 2
    everything_arrived(reachable, "r1-exp", "r2-exp")
    assert unsent_runs(recorded) == []


@pytest.mark.parametrize(
    "fault",
    [
        lambda method, path: True,
        lambda method, path: method == "PUT",
        lambda method, path: path.endswith("file_stream"),
        lambda method, path: path == "/graphql",
        lambda method, path: path.endswith("file_stream") and "r1-exp" in path,
    ],
    ids=["all", "uploads", "stream", "graphql", "one run"],
)
def test_a_server_that_answers_500_loses_nothing(recorded, reachable, fault):
    reachable.broken = fault
    began = time.monotonic()
    left = send_runs(unsent_runs(recorded), 4, lambda count: None)
    assert time.monotonic() - began < 15
    assert left == unsent_runs(recorded)
    assert [file.parents[2].name for file in left] in (["r1", "r2"], ["r1"])
    reachable.broken = lambda method, path: False
    assert send_runs(unsent_runs(recorded), 30, lambda count: None) == []
    everything_arrived(reachable, "r1-exp", "r2-exp")


def test_a_server_that_hangs_is_given_up_and_asked_again_later(recorded, reachable):
    reachable.hang()
    began = time.monotonic()
    assert len(send_runs(unsent_runs(recorded), 3, lambda count: None)) == 2
    assert time.monotonic() - began < 10
    reachable.serving.set()
    assert send_runs(unsent_runs(recorded), 30, lambda count: None) == []
    everything_arrived(reachable, "r1-exp", "r2-exp")


def test_a_server_that_dies_in_the_middle_gets_the_rest_later(recorded, reachable):
    """It stops with the first upload, and is back once the command has given up."""
    reachable.broken = lambda method, path: bool(reachable.uploads) and (reachable.hang() or False)
    left = send_runs(unsent_runs(recorded), 3, lambda count: None)
    assert left
    reachable.broken = lambda method, path: False
    reachable.serving.set()
    assert send_runs(unsent_runs(recorded), 30, lambda count: None) == []
    everything_arrived(reachable, "r1-exp", "r2-exp")


def test_a_run_that_ended_well_online_is_not_sent_again(tmp_path, wandb_folders, online, follow):
    follow(WandbTracker())
    (file,) = (tmp_path / "runs/r1/wandb").glob("run-*/*.wandb")
    assert is_sent(file)
    assert unsent_runs(tmp_path / "runs") == []


@pytest.mark.parametrize(
    "fault",
    [
        lambda method, path: method != "HEAD",
        lambda method, path: method == "PUT",
        lambda method, path: path.endswith("file_stream"),
    ],
    ids=["all", "uploads", "stream"],
)
def test_what_a_run_could_not_send_online_is_sent_later(tmp_path, wandb_folders, online, follow, caplog, fault):
    """The run neither fails nor waits longer than the timeout of its tracker."""
    online.broken = fault
    assert follow(WandbTracker(timeout=12)) < 13
    assert [one for one in caplog.records if one.levelno >= logging.WARNING]
    (file,) = unsent_runs(tmp_path / "runs")
    online.broken = lambda method, path: False
    assert send_runs([file], 30, lambda count: None) == []
    everything_arrived(online, "r1-exp")


def test_a_server_that_dies_during_a_run_gets_it_later(tmp_path, wandb_folders, online, follow):
    def meanwhile() -> None:
        patience = time.monotonic() + 30
        while not online.stream and time.monotonic() < patience:
            time.sleep(0.02)
        online.broken = lambda method, path: True

    assert follow(WandbTracker(timeout=12), meanwhile=meanwhile) < 13
    (file,) = unsent_runs(tmp_path / "runs")
    online.broken = lambda method, path: False
    assert send_runs([file], 30, lambda count: None) == []
    everything_arrived(online, "r1-exp")


def test_a_file_that_is_no_run_holds_up_no_other(recorded, reachable):
    broken = recorded / "r1" / "wandb" / "offline-run-20200101_000000-bad" / "run-bad.wandb"
    broken.parent.mkdir()
    broken.write_bytes(b"nothing of the kind")
    assert send_runs(unsent_runs(recorded), 10, lambda count: None) == [broken]
    everything_arrived(reachable, "r1-exp", "r2-exp")


def test_of_a_run_that_went_offline_the_offline_part_is_sent(tmp_path):
    for folder in ("run-20260101_000000-a", "offline-run-20260101_000001-a", "run-20250101_000000-b"):
        path = tmp_path / "x" / "wandb" / folder / f"run-{folder[-1]}.wandb"
        path.parent.mkdir(parents=True)
        path.touch()
    assert [file.parent.name for file in unsent_runs(tmp_path)] == [
        "run-20250101_000000-b",
        "offline-run-20260101_000001-a",
    ]
    (tmp_path / "x/wandb/offline-run-20260101_000001-a/run-a.wandb.synced").touch()
    assert [file.parent.name for file in unsent_runs(tmp_path)] == ["run-20250101_000000-b"]
