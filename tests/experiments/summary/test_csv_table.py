import io

import pandas as pd
import pytest
from rich.console import Console

from experiments.runs.record import Record
from experiments.summary.axes import headline_metrics, published_for, sweep_axes
from experiments.summary.csv_table import summarise, tabulate
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


PUBLISHED = {
    "source": "thesis",
    "rows": [
        {"name": "CNN", "when": {"backbone": "cnn", "augmentation": "none"}, "metrics": {"kappa": 0.61}},
        {"name": "MobileNet", "when": {"backbone": ["a", "b"]}, "metrics": {"kappa": 0.952}},
    ],
}


def text(table):
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text()


def test_axes_are_what_differs():
    assert sweep_axes([record("cnn"), record("a")]) == ["backbone"]
    assert sweep_axes([record("cnn"), record("cnn", "thesis")]) == ["augmentation"]
    assert sweep_axes([record("cnn")]) == []


def test_the_published_row_of_the_same_components():
    assert published_for(record("cnn"), PUBLISHED)["name"] == "CNN"
    assert published_for(record("b", "thesis"), PUBLISHED)["name"] == "MobileNet"
    assert published_for(record("cnn", "thesis"), PUBLISHED) is None


def test_the_file_has_ours_with_intervals_and_the_published_row_below(tmp_path):
    summarise([record("cnn", value=0.7), record("c", value=0.8)], tmp_path, PUBLISHED)
    table = pd.read_csv(tmp_path / "summary.csv")
    assert table["source"].tolist() == ["hito", "thesis", "hito"]
    assert table["kappa"].tolist() == [0.7, 0.61, 0.8]
    assert table.loc[0, ["kappa_low", "kappa_high", "n", "replicates"]].tolist() == pytest.approx([0.65, 0.75, 152, 3])


def test_a_failed_run_is_shown_with_its_reason(tmp_path, capsys):
    summarise([record("cnn"), record("a", status="failed", error="no weights [here]")], tmp_path, {})
    assert "failed" in capsys.readouterr().out
    frame = tabulate([record("a", status="failed", error="no weights [here]")], {})
    assert frame.loc[0, "error"] == "no weights [here]"


def test_the_terminal_table_names_protocol_data_and_source():
    shown = text(render([record("cnn", value=0.743), record("c")], PUBLISHED))
    for expected in ("0.743", ".69–.79", "CNN", "0.610", "96 px", "waypoints: rendered", "95 %"):
        assert expected in shown


def with_metrics(**values):
    one = record("cnn")
    one.metrics = {
        name: {"value": value, "low": value - 1, "high": value + 1, "n": 9, "values": [value]}
        for name, value in values.items()
    }
    return one


def test_headline_metrics_are_the_experiments_then_the_thesiss_then_the_first():
    classified = with_metrics(accuracy=0.9, ece=0.1, kappa=0.8, recall_weighted=0.9)
    assert headline_metrics([classified]) == ["recall_weighted", "kappa"]
    assert headline_metrics([classified], ["ece", "no_such", "kappa", "ece"]) == ["ece", "kappa"]
    assert headline_metrics([classified], ["no_such"]) == ["recall_weighted", "kappa"]
    ranked = with_metrics(**{f"recall_at_{k}": k / 10 for k in range(1, 10)})
    assert headline_metrics([ranked]) == [f"recall_at_{k}" for k in range(1, 8)]
    assert headline_metrics([with_metrics(v_measure=0.9, ari=0.8, silhouette=0.1)]) == ["ari", "v_measure"]
    assert headline_metrics([]) == []


def test_a_task_with_other_metrics_has_a_table_too(tmp_path, capsys):
    ranked = with_metrics(reciprocal_rank=0.512, metres=1236.0)
    summarise([ranked], tmp_path, {}, table_metrics=["metres", "reciprocal_rank"])
    shown = capsys.readouterr().out
    for expected in ("reciprocal", "rank", "1,236", "0.512", "1235–1237"):
        assert expected in shown
    assert shown.index("1,236") < shown.index("0.512")
