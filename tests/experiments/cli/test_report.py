import logging

import pytest

from experiments.cli.main import main
from experiments.sweeps.report_of_sweep import report_sweep


@pytest.fixture
def folder(make_record, make_sweep, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return make_sweep([make_record("run1", words={"backbone": "cnn"}), make_record("run2", words={"backbone": "a"})])


def test_one_experiment_or_all(folder, make_record, capsys):
    assert main(["report", "thesis/made_up"]) == 0
    assert (folder / "report.html").is_file()
    assert "report.html" in capsys.readouterr().err
    make_record("run9").write(folder.parents[1] / "classify" / "run9")
    assert main(["report"]) == 0
    assert (folder.parents[1] / "classify" / "report.html").is_file()


def test_another_output_folder(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path.parent)
    assert main(["report", "thesis/made_up/", f"output={tmp_path / 'multirun'}"]) == 0
    assert (folder / "report.html").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["thesis/made"], "There is no experiment 'thesis/made' below multirun. There are: thesis/made_up"),
        (["thesis/made_up", "other"], "'other': it is  hito report"),
        (["backbone=cnn"], "'backbone=cnn': it is  hito report"),
        (["output=nowhere"], "There are no runs below nowhere"),
    ],
)
def test_wrong_words_are_explained(folder, capsys, words, said):
    assert main(["report", *words]) == 1
    assert said in capsys.readouterr().err
    assert not (folder / "report.html").exists()


def test_a_report_that_fails_is_a_warning(folder, make_record, monkeypatch, caplog):
    records = [make_record("run1"), make_record("run2")]
    monkeypatch.setattr(logging.getLogger("experiments"), "propagate", True)
    assert report_sweep(records, folder, {"rows": [{"name": "no when"}]}) is None
    assert "The report of" in caplog.text
    assert not (folder / "report.html").exists()
    assert report_sweep(records, folder, {}) == folder / "report.html"
