"""Published results next to ours: both values, our interval, and whether it contains theirs."""

import io
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml
from rich.console import Console

from experiments.runs.record import Record
from experiments.summary.csv_table import write_csv
from experiments.summary.options import TableOptions
from experiments.summary.reference_results import compare_with_reference, count_verdicts, reference_table
from experiments.summary.sweep_table import SweepTable
from experiments.summary.terminal import render

PUBLISHED = {
    "source": "thesis",
    "rows": [
        {"name": "CNN", "when": {"backbone": "cnn"}, "metrics": {"kappa": 0.61, "mcc": 0.5, "auc_ovo": 0.856}},
        {"name": "MobileNet", "when": {"backbone": ["a", "b"]}, "metrics": {"kappa": 0.952}},
    ],
    "counts": [{"names": ["rest class", "dual network"], "right": [173, 171], "of": 181}],
}


def record(run, backbone, kappa, status="done"):
    metrics = {
        name: {"value": value, "low": value - 0.05, "high": value + 0.05, "n": 152, "values": [value]}
        for name, value in (("kappa", kappa), ("auc_ovo", 0.8))
    }
    return Record(
        id=run, status=status, task="classify", experiment="thesis/x", overrides=[f"backbone={backbone}"],
        choices={"backbone": backbone}, metrics=metrics if status == "done" else {},
    )  # fmt: skip


RECORDS = [record("1", "cnn", 0.6), record("2", "a", 0.8), record("3", "b", 0.999), record("4", "cnn", 0, "failed")]


def table_of(records, reference_results=PUBLISHED, folder=Path("none")):
    return SweepTable.of(records, folder, TableOptions(reference_results=reference_results))


def text(table):
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text()


def test_one_row_for_each_published_value_that_we_measured_too():
    table = compare_with_reference(table_of(RECORDS))
    assert table[["id", "metric", "figure", "place"]].to_numpy().tolist() == [
        ["1", "kappa", 0.61, "inside"],
        ["1", "auc_ovo", 0.856, "above"],
        ["2", "kappa", 0.952, "above"],
        ["3", "kappa", 0.952, "inside"],
    ]
    assert table.loc[0, ["value", "low", "high", "n"]].tolist() == pytest.approx([0.6, 0.55, 0.65, 152])
    assert compare_with_reference(table_of(RECORDS, {})).empty
    assert compare_with_reference(table_of([])).empty


def test_an_end_that_rounds_to_the_published_value_is_inside():
    low_end = record("1", "cnn", 0.6604)  # 0.6104 is where the interval begins, and 0.61 is what it is rounded to
    assert compare_with_reference(table_of([low_end])).loc[0, "place"] == "inside"
    assert compare_with_reference(table_of([record("1", "cnn", 0.662)])).loc[0, "place"] == "below"


def test_the_terminal_has_both_side_by_side():
    shown = text(reference_table(table_of(RECORDS)))
    words = [" ".join(line.split()) for line in shown.splitlines()]
    assert "CNN κ 0.610 0.600 0.550–0.650 inside" in words
    assert "cnn AUC OvO 0.856 0.800 0.750–0.850 outside, above" in words
    assert "2 of 4 published values lie inside" in " ".join(words)
    assert reference_table(table_of(RECORDS, {})) is None


def test_the_counts_of_the_thesis_decide_by_themselves():
    (line,) = count_verdicts(PUBLISHED)
    assert "dual network compared with rest class (171 and 173 of 181): indistinguishable" in line.plain
    assert ".500" in line.plain
    worse = {"counts": [{"names": ["A", "B"], "right": [180, 120], "of": 181}]}
    assert "B compared with A (120 and 180 of 181): worse" in count_verdicts(worse)[0].plain
    open_ = {"counts": [{"names": ["A", "B"], "right": [100, 112], "of": 181}]}
    assert "undecided" in count_verdicts(open_)[0].plain


def test_a_sweep_writes_them_into_a_file(tmp_path):
    write_csv(table_of(RECORDS, folder=tmp_path))
    table = pd.read_csv(tmp_path / "published.csv")
    assert table["place"].tolist() == ["inside", "above", "above", "inside"]
    write_csv(table_of(RECORDS, {}, tmp_path / "bare"))
    assert not (tmp_path / "bare" / "published.csv").exists()


def of_data(records, data):
    return [replace(one, choices={**one.choices, "data": data}) for one in records]


def test_published_results_of_other_photos_are_shown_only_if_asked_for():
    published = {**PUBLISHED, "data": ["waypoints"]}
    assert len(compare_with_reference(table_of(of_data(RECORDS, "waypoints"), published))) == 4
    own = table_of(of_data(RECORDS, "folder"), published)
    assert compare_with_reference(own).empty
    assert all(row.reference_result is None for row in own.rows)
    said = " ".join(text(render(own)).split())
    assert "0.610" not in said
    assert "rest class" not in said
    assert "Published results are of other photos (thesis): to show them, add" in said
    assert "'reference_results.data=[folder]'" in said
    asked = table_of(of_data(RECORDS, "folder"), {**PUBLISHED, "data": ["folder"]})
    assert len(compare_with_reference(asked)) == 4
    assert len(compare_with_reference(table_of(of_data(RECORDS, "folder"), {**PUBLISHED, "data": None}))) == 4


def test_of_a_sweep_over_data_only_the_runs_of_the_stand_in_have_published_results():
    records = [*of_data(RECORDS[:1], "waypoints"), *of_data(RECORDS[1:2], "folder")]
    found = compare_with_reference(table_of(records, {**PUBLISHED, "data": ["waypoints"]}))
    assert set(found["id"]) == {"1"}


def test_every_experiment_of_the_thesis_says_which_data_its_results_belong_to():
    for file in (Path(__file__).parents[3] / "conf" / "experiment").glob("*/*.yaml"):
        published = yaml.safe_load(file.read_text(encoding="utf-8")).get("reference_results")
        assert published is None or published["data"] in (["waypoints"], ["archive"]), file
