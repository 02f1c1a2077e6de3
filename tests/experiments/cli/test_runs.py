"""`hito runs` on folders of simulated runs."""

import re

import pytest

from components.errors import ConfigError
from experiments.cli.main import main
from experiments.cli.suggestions import explain
from experiments.runs import lock
from experiments.runs.record import Record


@pytest.fixture
def runs(store_run, tmp_path, monkeypatch):
    """Four runs: done, failed, killed, and one of another experiment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    started = {"started": "2026-01-02T03:04:05+00:00"}
    store_run("aaaa000001", **started)
    store_run("aaaa000002", backbone="timm", predictions=[], status="failed", error="no weights [x]", **started)
    store_run("bbbb000003", augmentation="thesis", predictions=[], status="running", **started)
    store_run("cccc000004", experiment="other", code="ffff", **started)
    return tmp_path / "multirun"


def listed(out):
    return re.findall(r"^ ([abc]{4}\d{6}) ", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([], ["cccc000004", "aaaa000001", "aaaa000002", "bbbb000003"]),
        (["status=failed"], ["aaaa000002"]),
        (["status=killed"], ["bbbb000003"]),
        (["status=at work"], []),
        (["experiment=thesis/*"], ["aaaa000001", "aaaa000002", "bbbb000003"]),
        (["backbone=cnn", "status=done"], ["cccc000004", "aaaa000001"]),
        (["augmentation=thesis"], ["bbbb000003"]),
        (["training.epochs=25.0", "experiment=other"], ["cccc000004"]),
        (["training.epochs=2"], []),
        (["id=aaaa*"], ["aaaa000001", "aaaa000002"]),
    ],
)
def test_lists_those_that_are_asked_for(runs, capsys, filters, expected):
    assert main(["runs", *filters]) == 0
    out = capsys.readouterr().out
    assert sorted(listed(out)) == sorted(expected)
    if not expected:
        assert f"No run has {' '.join(filters)}." in out


def test_a_row_says_what_when_and_how_good(runs, capsys):
    main(["runs", "id=aaaa000001"])
    out = capsys.readouterr().out
    accuracy = Record.read(runs / "thesis" / "closed_set" / "aaaa000001").metrics["accuracy"]["value"]
    for expected in (
        "backbone=cnn",
        "done",
        "2026-01-02 03:04",
        "12.0",
        f"accuracy {accuracy:.3f}",
        "thesis/closed_set",
    ):
        assert expected in out


def test_a_run_that_a_process_is_at_is_at_work_and_is_not_removed(runs, capsys):
    folder = runs / "thesis" / "closed_set" / "bbbb000003"
    with lock.hold(folder):
        main(["runs", "status=at work"])
        assert listed(capsys.readouterr().out) == ["bbbb000003"]
        assert main(["runs", "remove", "bbbb", "aaaa000002", "yes=true"]) == 0
        said = capsys.readouterr().err
        assert "bbbb000003 stays: process" in said
        assert "1 run removed" in said
    assert folder.is_dir()
    assert not (folder.parent / "aaaa000002").exists()
    assert main(["runs", "remove", "status=killed", "yes=true"]) == 0
    assert not folder.exists()
    assert (folder.parent / "aaaa000001").is_dir()


def test_removing_asks_first(runs, capsys, monkeypatch):
    assert main(["runs", "remove", "experiment=other"]) == 1
    assert "yes=true" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for answer, left in (("", True), ("n", True), ("y", False)):
        monkeypatch.setattr("builtins.input", lambda *_, said=answer: said)
        assert main(["runs", "remove", "experiment=other"]) == 0
        assert (runs / "other" / "cccc000004").exists() == left


def test_shows_one_with_its_error(runs, capsys):
    assert main(["runs", "show", "aaaa000002"]) == 0
    out = capsys.readouterr().out
    for expected in ("failed", "no weights [x]", "training:", "epochs: 25", "thesis/closed_set/aaaa000002"):
        assert expected in out
    main(["runs", "show", "aaaa000001"])
    assert "kappa" in capsys.readouterr().out


def test_says_what_differs(runs, capsys):
    assert main(["runs", "diff", "aaaa000001", "bbbb"]) == 0
    out = capsys.readouterr().out
    assert "augmentation: none → thesis" in out
    assert "backbone" not in out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["shw", "aaaa000001"], "'shw' is no KEY=VALUE"),
        (["show"], "takes 1 run"),
        (["diff", "aaaa000001"], "takes 2 runs"),
        (["remove"], "Which runs?"),
        (["show", "aaaa"], "the beginning of several runs"),
        (["backbon=cnn"], "Did you mean backbone?"),
        (["remove", "seed=3", "yes=true"], "No run has a 'seed'"),
    ],
)
def test_what_cannot_be_is_said(runs, capsys, words, expected):
    assert main(["runs", *words]) == 1
    assert expected in capsys.readouterr().err


def test_no_runs_at_all(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["runs"]) == 0
    assert "There are no runs yet" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("launcher", "extra"),
    [("joblib", "joblib"), ("ray", "ray"), ("submitit_slurm", "slurm"), ("submitit_local", "slurm")],
)
def test_a_launcher_that_is_not_installed_names_its_extra(launcher, extra, tmp_path):
    error = ConfigError(f"In 'launcher/{launcher}': Could not find 'hydra/launcher/{launcher}'")
    said = explain(error, [f"launcher={launcher}"], tmp_path)
    assert f"launcher={launcher} needs" in said
    assert f"pip install 'hito[{extra}]'" in said
