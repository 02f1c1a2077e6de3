"""Each published figure beside ours, with its interval, inside or outside."""

import io

import pandas as pd
import pytest
from rich.console import Console

from experiments.runs.record import Record
from experiments.summary.csv_table import summarise
from experiments.summary.published import published_beside_ours, published_counts, published_table

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


def text(table):
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text()


def test_one_row_a_published_figure_that_we_measured_too():
    table = published_beside_ours(RECORDS, PUBLISHED)
    assert table[["id", "metric", "figure", "place"]].to_numpy().tolist() == [
        ["1", "kappa", 0.61, "inside"],
        ["1", "auc_ovo", 0.856, "above"],
        ["2", "kappa", 0.952, "above"],
        ["3", "kappa", 0.952, "inside"],
    ]
    assert table.loc[0, ["value", "low", "high", "n"]].tolist() == pytest.approx([0.6, 0.55, 0.65, 152])
    assert published_beside_ours(RECORDS, {}).empty
    assert published_beside_ours([], PUBLISHED).empty


def test_an_end_that_is_rounded_to_the_published_figure_is_inside():
    low_end = record("1", "cnn", 0.6604)  # 0.6104 is where the interval begins, and 0.61 is what it is rounded to
    assert published_beside_ours([low_end], PUBLISHED).loc[0, "place"] == "inside"
    assert published_beside_ours([record("1", "cnn", 0.662)], PUBLISHED).loc[0, "place"] == "below"


def test_the_terminal_has_both_side_by_side():
    shown = text(published_table(RECORDS, PUBLISHED))
    words = [" ".join(line.split()) for line in shown.splitlines()]
    assert "CNN κ 0.610 0.600 0.550–0.650 inside" in words
    assert "cnn AUC OvO 0.856 0.800 0.750–0.850 outside, above" in words
    assert "2 of 4 published figures lie inside" in " ".join(words)
    assert published_table(RECORDS, {}) is None


def test_the_counts_of_the_thesis_decide_by_themselves():
    (line,) = published_counts(PUBLISHED)
    assert "dual network beside rest class (171 and 173 of 181): indistinguishable" in line.plain
    assert ".500" in line.plain
    worse = {"counts": [{"names": ["A", "B"], "right": [180, 120], "of": 181}]}
    assert "B beside A (120 and 180 of 181): worse" in published_counts(worse)[0].plain
    open_ = {"counts": [{"names": ["A", "B"], "right": [100, 112], "of": 181}]}
    assert "undecided" in published_counts(open_)[0].plain


def test_a_sweep_leaves_them_as_a_file(tmp_path, capsys):
    summarise(RECORDS, tmp_path, PUBLISHED)
    table = pd.read_csv(tmp_path / "published.csv")
    assert table["place"].tolist() == ["inside", "above", "above", "inside"]
    assert "indistinguishable" in capsys.readouterr().out
    summarise(RECORDS, tmp_path / "bare", {})
    assert not (tmp_path / "bare" / "published.csv").exists()
