"""`summary.csv` and the table on the terminal."""

import io

import pandas as pd
import pytest
from rich.console import Console

from experiments.runs.record import Record
from experiments.summary.csv_table import tabulate, write_csv
from experiments.summary.options import TableOptions
from experiments.summary.sweep_table import SweepTable, reference_row
from experiments.summary.terminal import render


def record(backbone, augmentation="none", status="done", value=0.9, **more):
    estimate = {"value": value, "low": value - 0.05, "high": value + 0.05, "n": 152, "values": [value] * 3}
    return Record(
        id="abc",
        status=status,
        task="classify",
        experiment="thesis/closed_set",
        overrides=["experiment=thesis/closed_set", f"backbone={backbone}", f"augmentation={augmentation}"],
        choices={"backbone": backbone, "augmentation": augmentation},
        data={"origin": "waypoints: rendered"},
        metrics={"recall_weighted": estimate, "kappa": estimate} if status == "done" else {},
        protocol="96 px",
        seconds=12.0,
        **more,
    )


REFERENCE_RESULTS = {
    "source": "thesis",
    "rows": [
        {"name": "CNN", "when": {"backbone": "cnn", "augmentation": "none"}, "metrics": {"kappa": 0.61}},
        {"name": "MobileNet", "when": {"backbone": ["a", "b"]}, "metrics": {"kappa": 0.952}},
    ],
}


def table_of(records, folder, reference_results=None, table_metrics=()):
    options = TableOptions(reference_results=reference_results or {}, table_metrics=tuple(table_metrics))
    return SweepTable.of(records, folder, options)


def text(table, width=100):
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(render(table))
    return " ".join(console.export_text().split())


def test_the_reference_result_of_the_same_components():
    assert reference_row(record("cnn"), REFERENCE_RESULTS)["name"] == "CNN"
    assert reference_row(record("b", "thesis"), REFERENCE_RESULTS)["name"] == "MobileNet"
    assert reference_row(record("cnn", "thesis"), REFERENCE_RESULTS) is None


def test_the_file_has_each_run_with_intervals_and_its_reference_result_below(tmp_path):
    write_csv(table_of([record("cnn", value=0.7), record("c", value=0.8)], tmp_path, REFERENCE_RESULTS))
    table = pd.read_csv(tmp_path / "summary.csv")
    assert table["source"].tolist() == ["hito", "thesis", "hito"]
    assert table["kappa"].tolist() == [0.7, 0.61, 0.8]
    assert table.loc[0, ["kappa_low", "kappa_high", "n", "replicates"]].tolist() == pytest.approx([0.65, 0.75, 152, 3])


def test_a_failed_run_is_shown_with_its_reason(tmp_path):
    failed = record("a", status="failed", error="no weights [here]")
    shown = text(table_of([record("cnn"), failed], tmp_path))
    assert "failed" in shown
    assert "no weights [here]" in shown
    assert tabulate(table_of([failed], tmp_path)).loc[0, "error"] == "no weights [here]"


def test_the_terminal_table_names_protocol_data_and_source(tmp_path):
    shown = text(table_of([record("cnn", value=0.743), record("c")], tmp_path, REFERENCE_RESULTS))
    for expected in ("0.743", ".69–.79", "CNN", "0.610", "96 px", "waypoints: rendered", "95 %", "in italics: thesis"):
        assert expected in shown


def test_a_task_with_other_metrics_has_a_table_too(tmp_path):
    ranked = record("cnn")
    ranked.metrics = {
        name: {"value": value, "low": value - 1, "high": value + 1, "n": 9, "values": [value]}
        for name, value in (("reciprocal_rank", 0.512), ("metres", 1236.0))
    }
    shown = text(table_of([ranked], tmp_path, table_metrics=["metres", "reciprocal_rank"]))
    for expected in ("reciprocal", "rank", "1,236", "0.512", "1235–1237"):
        assert expected in shown
    assert shown.index("1,236") < shown.index("0.512")
