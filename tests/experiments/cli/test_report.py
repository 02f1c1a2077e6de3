"""`hito report` on folders of simulated runs."""

import pytest

from experiments.cli import main


@pytest.fixture
def folder(store_run, tmp_path, monkeypatch):
    """The folder of an experiment with two runs."""
    monkeypatch.chdir(tmp_path)
    store_run("aaaa000001")
    store_run("aaaa000002", backbone="timm")
    return tmp_path / "multirun" / "thesis" / "closed_set"


def test_one_experiment_or_all(folder, store_run, capsys):
    assert main(["report", "thesis/closed_set"]) == 0
    assert (folder / "report.html").is_file()
    assert "report.html" in capsys.readouterr().err
    store_run("bbbb000001", experiment="other")
    assert main(["report"]) == 0
    assert (folder.parents[1] / "other" / "report.html").is_file()


def test_another_output_folder(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path.parent)
    assert main(["report", "thesis/closed_set/", f"output={tmp_path / 'multirun'}"]) == 0
    assert (folder / "report.html").is_file()


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (
            ["thesis/closed"],
            1,
            "There is no experiment 'thesis/closed' below multirun. Did you mean thesis/closed_set? Experiments: ",
        ),
        (["output=nowhere"], 1, "There are no runs below nowhere"),
        (["thesis/closed_set", "other"], 2, "hito report: unknown argument 'other'"),
        (["backbone=cnn"], 2, "hito report: unknown argument 'backbone=cnn'"),
    ],
)
def test_a_wrong_command_line_is_explained(folder, capsys, words, status, message):
    assert main(["report", *words]) == status
    assert message in capsys.readouterr().err
    assert not (folder / "report.html").exists()
