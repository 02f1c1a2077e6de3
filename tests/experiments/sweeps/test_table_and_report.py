"""The end of a sweep: written once, printed again as long as nothing changed."""

import logging

import pytest

from experiments.runs.record import Record
from experiments.summary import TableOptions
from experiments.sweeps import table_and_report
from experiments.sweeps.table_and_report import write_table_and_report

REFERENCE_RESULTS = {
    "source": "a paper",
    "rows": [{"name": "CNN", "when": {"backbone": "cnn"}, "metrics": {"kappa": 0.5}}],
}


@pytest.fixture
def records(tmp_path):
    """Two finished runs without predictions."""
    found = []
    for backbone, value in (("cnn", 0.5), ("timm", 0.75)):
        kappa = {"value": value, "low": value - 0.1, "high": value + 0.1, "n": 9, "values": [value]}
        record = Record(
            id=f"run{backbone}",
            status="done",
            task="prepare",
            experiment="x/y",
            overrides=[f"backbone={backbone}"],
            choices={"backbone": backbone},
            metrics={"kappa": kappa},
        )
        (tmp_path / record.id).mkdir()
        record.write(tmp_path / record.id)
        found.append(record)
    return found


@pytest.fixture
def write(records, tmp_path, capsys):
    """Write the table and the report; gives what is printed and whether the files were written."""

    def written(options=None):
        report = tmp_path / "report.html"
        before = report.stat().st_mtime_ns if report.is_file() else 0
        write_table_and_report(records, tmp_path, options or TableOptions())
        return capsys.readouterr().out, report.stat().st_mtime_ns > before

    return written


def test_nothing_is_written_twice_and_the_same_is_printed(write):
    first = write()
    assert first[1]
    assert "0.750" in first[0]
    assert write() == (first[0], False)


@pytest.mark.parametrize(
    "options",
    [
        TableOptions(table_metrics=("kappa", "ece")),
        TableOptions(baseline={"backbone": "timm"}),
        TableOptions(reference_results=REFERENCE_RESULTS),
    ],
)
def test_other_options_are_another_table(write, options):
    write()
    assert write(options)[1]


def test_another_record_or_width_or_source_is_another_table(write, records, monkeypatch):
    write()
    records[0].seconds = 1.0
    assert write()[1]
    monkeypatch.setenv("COLUMNS", "60")
    assert write()[1]
    monkeypatch.setattr(table_and_report, "page_version", lambda: "other")
    assert write()[1]
    assert not write()[1]


def test_a_missing_file_is_written_again(write, tmp_path):
    write()
    (tmp_path / "summary.csv").unlink()
    write()
    assert (tmp_path / "summary.csv").is_file()


def test_a_warning_is_shown_every_time(write, caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("experiments"), "propagate", True)
    options = TableOptions(aggregate_over="sed")
    for _ in range(2):
        caplog.clear()
        assert write(options)[1]
        assert "aggregate_over=sed" in caplog.text


def test_a_report_that_fails_is_a_warning(write, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(logging.getLogger("experiments"), "propagate", True)

    def broken(*_):
        raise RuntimeError("no template")

    monkeypatch.setattr("experiments.report.writing.page_html", broken)
    write_table_and_report([], tmp_path, TableOptions())
    assert "could not be written: RuntimeError: no template" in caplog.text
    assert not (tmp_path / "report.html").exists()
    monkeypatch.undo()
    assert write()[1]
