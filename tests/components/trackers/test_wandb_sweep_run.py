"""A sweep is logged as a run of its own, with its table and its report."""

import json

import pytest

from components.trackers import NoTracker, WandbTracker
from components.trackers.wandb_results import table_of

TABLE = 'source,id,backbone,accuracy,error\nhito,a1,cnn,0.75,\n"thesis, 2024",,cnn,0.743,"said ""no"""\n'


def log_sweep(tracker, folder, status="done"):
    (folder / "summary.csv").write_text(TABLE, encoding="utf-8")
    (folder / "report.html").write_text("<p>all runs</p>")
    tracker.sweep(
        name="thesis/closed_set",
        config={"words": ["experiment=thesis/closed_set"]},
        folder=folder,
        table=folder / "summary.csv",
        report=folder / "report.html",
        status=status,
    )


def test_it_reaches_the_server_in_the_group_of_its_runs(tmp_path, online):
    log_sweep(WandbTracker(), tmp_path)
    first = online.buckets[0]
    assert (first["name"], first["groupName"], first["jobType"], first["displayName"]) == (
        "sweep-thesis-closed_set",
        "thesis/closed_set",
        "sweep",
        "thesis/closed_set",
    )
    summary = online.summary()
    assert summary["summary"]["_type"] == "table-file"
    assert (summary["summary"]["nrows"], summary["summary"]["ncols"]) == (2, 5)
    assert b"<p>all runs</p>" in online.uploads[summary["report"]["path"]]
    table = json.loads(online.uploads[summary["summary"]["path"]])
    assert table["data"][1] == ["thesis, 2024", None, "cnn", 0.743, 'said "no"']
    assert TABLE.encode() in online.uploads.values(), "the file itself is an artifact"
    assert online.exit_code == 0
    assert online.config()["words"] == ["experiment=thesis/closed_set"]


def test_one_with_failed_runs_is_shown_as_failed(tmp_path, online):
    log_sweep(WandbTracker(), tmp_path, "failed")
    assert online.exit_code == 1


def test_no_tracker_writes_nothing(tmp_path):
    log_sweep(NoTracker(), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "summary.csv"]


def test_disabled_it_leaves_nothing(tmp_path, marker, monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "disabled")
    log_sweep(WandbTracker(), tmp_path)
    assert not (tmp_path / "wandb").exists()


def test_a_run_started_by_an_agent_keeps_the_id_that_its_sweep_uses(online, follow, monkeypatch):
    monkeypatch.setenv("WANDB_SWEEP_ID", "s1")
    monkeypatch.setenv("WANDB_RUN_ID", "agent-7")
    follow(WandbTracker())
    assert {one["name"] for one in online.buckets} == {"agent-7"}


def test_numbers_are_numbers(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1e-3,x\n,nan1\n")
    assert table_of(str(path)).data == [[pytest.approx(0.001), "x"], [None, "nan1"]]
