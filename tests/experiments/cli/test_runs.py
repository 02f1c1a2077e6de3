"""`hito runs` on folders of simulated runs."""

import re

import pytest

from experiments.cli import main
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
        ([], ["cccc000004", "aaaa000001", "bbbb000003"]),  # the failed one stands in a line of its own
        (["status=failed"], ["aaaa000002"]),
        (["status=killed"], ["bbbb000003"]),
        (["status=running"], []),
        (["experiment=thesis/*"], ["aaaa000001", "bbbb000003"]),
        (["backbone=cnn", "status=done"], ["cccc000004", "aaaa000001"]),
        (["augmentation=thesis"], ["bbbb000003"]),
        (["training.epochs=25.0", "experiment=other"], ["cccc000004"]),
        (["training.epochs=2"], []),
        (["id=aaaa*"], ["aaaa000001"]),
    ],
)
def test_filters(runs, capsys, filters, expected):
    assert main(["runs", *filters]) == 0
    out = capsys.readouterr().out
    assert sorted(listed(out)) == sorted(expected)
    if not expected:
        assert f"No run has {' '.join(filters)}." in out


def test_a_row_has_configuration_status_time_and_metric(runs, capsys):
    main(["runs", "id=aaaa000001"])
    out = capsys.readouterr().out
    accuracy = Record.read(runs / "thesis" / "closed_set" / "aaaa000001").metrics["accuracy"]["value"]
    for expected in (
        "backbone=cnn",
        "1 done",
        "01-02 03:04",
        "12.0 s",
        f"{accuracy:.3f} [",
        "thesis/closed_set",
    ):
        assert expected in out


def test_failures_are_gathered_by_error(runs, capsys, store_run):
    store_run("cccc000005", predictions=[], status="failed", error="no weights [x]\nmore")
    main(["runs"])
    out = capsys.readouterr().out
    assert "2 failed (aaaa000002, cccc000005): no weights [x]" in out
    assert "more" not in out
    main(["runs", "status=failed"])
    assert sorted(listed(capsys.readouterr().out)) == ["aaaa000002", "cccc000005"]


def test_a_list_shows_differences_and_is_sorted_and_limited(tmp_path, monkeypatch, capsys, store_run, simulate):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for number in range(30):
        store_run(
            f"aaaa{number:06}", predictions=simulate(1, skill=number / 10, seed=number), seconds=60.0 - number,
            started=f"2026-01-02T03:{number:02}:05+00:00",
            overrides=["data=folder", "data.root=/photos of a long name/of/a/long/folder", f"seed={number}"],
        )  # fmt: skip
    assert main(["runs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < 40
    assert sum("data=folder" in line for line in lines) == 1
    assert all(len(line) <= 80 for line in lines)
    main(["runs", "limit=3", "sort=duration"])
    out = capsys.readouterr().out
    assert listed(out) == ["aaaa000002", "aaaa000001", "aaaa000000"]
    assert "27 rows not shown: limit=all" in out
    main(["runs", "sort=metric", "limit=all"])
    assert len(listed(capsys.readouterr().out)) == 30
    for wrong, expected in (("limit=0", "limit=20"), ("limit=x", "limit=all")):
        assert main(["runs", wrong]) == 2
        assert expected in capsys.readouterr().err
    assert main(["runs", "sort=sedd"]) == 1
    assert "sort=sedd: no run has this key." in capsys.readouterr().err


def test_a_run_that_a_process_works_on_is_not_removed(runs, capsys):
    folder = runs / "thesis" / "closed_set" / "bbbb000003"
    with lock.hold(folder):
        main(["runs", "status=running"])
        assert listed(capsys.readouterr().out) == ["bbbb000003"]
        assert main(["runs", "remove", "bbbb", "aaaa000002", "yes=true"]) == 0
        err = capsys.readouterr().err
        assert "bbbb000003 is kept: process" in err
        assert "1 run removed." in err
    assert folder.is_dir()
    assert not (folder.parent / "aaaa000002").exists()
    assert main(["runs", "remove", "status=killed", "yes=true"]) == 0
    assert not folder.exists()
    assert (folder.parent / "aaaa000001").is_dir()


def test_removing_asks_first(runs, capsys, monkeypatch):
    assert main(["runs", "remove", "experiment=other"]) == 1
    assert "No terminal to confirm on: add yes=true to remove them without asking." in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for answer, left in (("", True), ("n", True), ("y", False)):
        monkeypatch.setattr("builtins.input", lambda *_, answer=answer: answer)
        assert main(["runs", "remove", "experiment=other"]) == 0
        assert (runs / "other" / "cccc000004").exists() == left


def test_show_has_the_error_and_the_configuration(runs, capsys):
    assert main(["runs", "show", "aaaa000002"]) == 0
    out = capsys.readouterr().out
    for expected in ("failed", "no weights [x]", "training:", "epochs: 25", "thesis/closed_set/aaaa000002"):
        assert expected in out
    main(["runs", "show", "aaaa000001"])
    out = capsys.readouterr().out
    metrics = Record.read(runs / "thesis" / "closed_set" / "aaaa000001").metrics
    assert re.search(rf"kappa +{metrics['kappa']['value']:.3f} +{metrics['kappa']['low']:.3f}", out)
    assert "simulated, 755 photos" in out


def test_diff(runs, capsys):
    assert main(["runs", "diff", "aaaa000001", "bbbb"]) == 0
    out = capsys.readouterr().out
    assert "augmentation: none → thesis" in out
    assert "backbone" not in out


@pytest.mark.parametrize(
    ("words", "status", "expected"),
    [
        (["shw", "aaaa000001"], 2, "hito runs: unknown argument 'shw'. Did you mean show?"),
        (["show"], 2, "hito runs show: expected RUN, got 0 arguments"),
        (["diff", "aaaa000001"], 2, "hito runs diff: expected RUN OTHER, got 1 argument"),
        (["remove"], 2, "hito runs remove: name the runs to remove, or choose them by KEY=VALUE"),
        (["remove", "aaaa000001", "yes=ja"], 2, "yes=ja: expected true or false"),
        (["show", "aaaa"], 1, "aaaa000001"),
        (["backbon=cnn"], 1, "Did you mean backbone?"),
        (["remove", "seed=3", "yes=true"], 1, "'seed'"),
        (["remove", "backbone=tim", "yes=true"], 1, "No run has backbone=tim: nothing was removed"),
    ],
)
def test_a_wrong_command_line_is_explained(runs, capsys, words, status, expected):
    assert main(["runs", *words]) == status
    assert expected in capsys.readouterr().err
    assert len(list(runs.rglob("record.json"))) == 4


def test_no_runs_at_all(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["runs"]) == 0
    assert "There are no runs yet" in capsys.readouterr().out
