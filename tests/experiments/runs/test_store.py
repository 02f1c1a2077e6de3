"""Stored runs are found by id, prefix, folder, and by their properties."""

import json

import pytest

from components.errors import ConfigError
from experiments.runs import lock
from experiments.runs.record import FILE, Record
from experiments.runs.store import filter_runs, find_run, stored_runs


@pytest.fixture
def output(tmp_path):
    """Four runs of two experiments."""
    for name, experiment, status, backbone, epochs in (
        ("aaaa111111", "x/y", "done", "cnn", 25),
        ("aaaa222222", "x/y", "failed", "timm", 25),
        ("bbbb333333", "z", "running", "cnn", 1e-3),
        ("cccc444444", "z", "pruned", "cnn", 3),
    ):
        config = {"training": {"epochs": epochs}, "resplit": True}
        record = Record(name, status, "classify", experiment, config=config, choices={"backbone": backbone})
        record.error = "no weights" if status == "failed" else None
        record.write(tmp_path / experiment / name)
    return tmp_path


def ids(runs):
    return [run.record.id[0] + run.record.id[-1] for run in runs]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["a1", "a2", "b3", "c4"]),
        ({"backbone": "cnn", "status": "done"}, ["a1"]),
        ({"training.epochs": "25"}, ["a1", "a2"]),
        ({"training.epochs": "25.0"}, ["a1", "a2"]),
        ({"training.epochs": "1e-3"}, ["b3"]),
        ({"training.epochs": "many"}, []),
        ({"resplit": "true"}, ["a1", "a2", "b3", "c4"]),
        ({"experiment": "x/*"}, ["a1", "a2"]),
        ({"status": "killed"}, ["b3"]),
        ({"id": "aaaa*", "task": "classify"}, ["a1", "a2"]),
    ],
)
def test_runs_are_filtered(output, filters, found):
    assert ids(filter_runs(stored_runs(output), filters)) == found


def test_an_unknown_key_is_refused_with_the_nearest(output):
    with pytest.raises(ConfigError, match=r"No run has a key 'trainin\.epochs'\. Did you mean training\.epochs\?"):
        filter_runs(stored_runs(output), {"trainin.epochs": "25"})
    assert filter_runs([], {"anything": "x"}) == []


def test_a_run_is_found(output):
    for name in ("aaaa111111", "aaaa1", "x/y/aaaa111111", str(output / "x/y/aaaa111111")):
        folder, record = find_run(name, output)
        assert (folder.name, record.id) == ("aaaa111111", "aaaa111111")
    assert find_run("bbbb", output, done=False)[1].status == "running"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("aaaa", r"The ids of several runs begin with aaaa:\n  aaaa111111  x/y: task=classify \(done\)\n  aaaa222222"),
        ("x/y", "x/y is an experiment, not a run. Its runs:\n  aaaa111111"),
        ("dddd", "There is no run 'dddd' below .* The most similar ids:\n"),
        ("aaaa2", r"The run aaaa222222 \(task=classify\) failed: no weights"),
        ("bbbb", "was killed: start it again with the same command, and it continues"),
        ("cccc", "was stopped early by a search"),
    ],
)
def test_what_is_wrong_with_a_name_is_said(output, name, message):
    with pytest.raises(ConfigError, match=message):
        find_run(name, output)


def test_a_run_in_progress_is_running(output):
    with lock.hold(output / "z" / "bbbb333333"):
        assert ids(filter_runs(stored_runs(output), {"status": "running"})) == ["b3"]
        with pytest.raises(ConfigError, match="is still running"):
            find_run("bbbb", output)


def test_runs_that_are_not_listed_are_counted(tmp_path):
    for number in range(10):
        Record(f"a{number}", "done", "classify", "x").write(tmp_path / "x" / f"a{number}")
    with pytest.raises(ConfigError, match=r"a7 .*\n  and 2 more"):
        find_run("a", tmp_path)


def test_folders_without_runs_and_broken_records_are_named(tmp_path, output):
    with pytest.raises(ConfigError, match=r"There are no runs below .*output=FOLDER"):
        find_run("a", tmp_path / "none")
    (output / "z" / "bbbb333333" / FILE).write_text(json.dumps({"id": "bbbb333333"}), encoding="utf-8")
    with pytest.raises(ConfigError, match="broken or written by another version of hito"):
        find_run("bbbb333333", output)
    assert len(stored_runs(output)) == 3
