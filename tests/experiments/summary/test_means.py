"""Means of runs that differ in one key, in the table, in the report and next to published results."""

import logging

import pandas as pd
import pytest
from scipy import stats

from experiments.report.page import page_of
from experiments.report.sweep_file import read_sweep
from experiments.runs.record import Record
from experiments.summary.axes import sweep_axes
from experiments.summary.means import is_mean, means_over
from experiments.summary.options import TableOptions
from experiments.summary.verdicts import sweep_verdicts
from experiments.sweeps.table_and_report import write_table_and_report

PUBLISHED = {
    "source": "a paper",
    "rows": [{"name": "max logit", "when": {"detector": "max_logit", "seed": "mean"}, "metrics": {"auroc": 0.936}}],
}
VALUES = {"max_logit": (0.90, 0.92, 0.97, 0.93, 0.95), "msp": (0.88, 0.91, 0.93, 0.90, 0.92)}


def record(seed, detector, status="done", **more):
    value = VALUES[detector][seed]
    auroc = {"value": value, "low": value - 0.01, "high": value + 0.01, "n": 10_000, "values": [value]}
    return Record(
        id=f"{detector}{seed}", status=status, task="open_set", experiment="x/splits",
        overrides=["experiment=x/splits", f"seed={seed}", f"detector={detector}"],
        choices={"detector": detector}, config={"seed": seed, "acceptance": 0.95},
        metrics={"auroc": auroc, **more} if status == "done" else {},
    )  # fmt: skip


RECORDS = [record(seed, detector) for seed in range(5) for detector in VALUES]


def test_the_mean_over_splits_with_students_interval():
    first, second = means_over(RECORDS, "seed")
    values = VALUES["max_logit"]
    expected = stats.t.interval(0.95, 4, loc=sum(values) / 5, scale=stats.sem(values))
    found = first.metrics["auroc"]
    assert found["value"] == pytest.approx(0.934)
    assert (found["low"], found["high"]) == pytest.approx(expected)
    assert (found["n"], found["values"]) == (10_000, list(values))
    assert first.overrides == ["experiment=x/splits", "seed=mean of 5", "detector=max_logit"]
    assert first.protocol == "means over seed: of 5 runs, with Student's interval over these"
    assert second.choices == {"detector": "msp", "seed": "mean"}
    assert [is_mean(one) for one in (first, RECORDS[0])] == [True, False]
    assert sweep_axes([*RECORDS, first, second]) == ["seed", "detector"]


def test_the_interval_of_a_mean_stays_within_what_the_metric_can_be():
    unlike = [{"value": value, "low": value, "high": value, "n": 9, "values": [value]} for value in (1.0, 0.2)]
    (one,) = means_over([record(seed, "msp", accuracy=unlike[seed]) for seed in range(2)], "seed")
    assert (one.metrics["accuracy"]["low"], one.metrics["accuracy"]["high"]) == (0, 1)


def test_what_is_missing_is_said_or_left_out(caplog):
    failed = [record(seed, "msp", "failed" if seed in (1, 2) else "done") for seed in range(5)]
    (one,) = means_over(failed, "seed")
    assert one.overrides[1] == "seed=mean of 3 of 5"
    assert one.metrics["auroc"]["value"] == pytest.approx((0.88 + 0.90 + 0.92) / 3)
    undefined = {"value": None, "low": None, "high": None, "n": 9, "values": [None]}
    (one,) = means_over([record(0, "msp", oscr=undefined), record(1, "msp", oscr=undefined)], "seed")
    assert list(one.metrics) == ["auroc"]
    assert means_over(RECORDS[:2], "seed") == []
    with caplog.at_level(logging.WARNING):
        assert means_over(RECORDS, "sed") == []
    assert "aggregate_over=sed" in caplog.text


def test_table_report_and_published_figures_have_the_mean(tmp_path, capsys):
    for one in RECORDS:
        (tmp_path / one.id).mkdir()
        one.write(tmp_path / one.id)
    options = TableOptions(reference_results=PUBLISHED, table_metrics=("auroc",), aggregate_over="seed")
    write_table_and_report(RECORDS, tmp_path, options)
    shown = " ".join(capsys.readouterr().out.split())
    assert "mean of 5" in shown
    table = pd.read_csv(tmp_path / "summary.csv")
    rows = table[(table["source"] == "hito") & (table["seed"] == "mean of 5")]
    assert rows["detector"].tolist() == ["max_logit", "msp"]
    assert rows["auroc"].tolist() == pytest.approx([0.934, 0.908])
    assert rows[["n", "replicates"]].to_numpy().tolist() == [[10_000, 5], [10_000, 5]]
    published = pd.read_csv(tmp_path / "published.csv")
    assert published[["published", "run", "figure", "place"]].to_numpy().tolist() == [
        ["max logit", "mean of 5 · max_logit", 0.936, "inside"]
    ]
    assert published.loc[0, "value"] == pytest.approx(0.934)
    page = page_of(read_sweep(tmp_path))
    assert len(page.runs) == 12
    assert page.statuses == {"done": 10}
    ((_, runs),) = page.published_rows
    assert [run.label for run in runs] == ["mean of 5 · max_logit"]
    assert "mean of 5 · max_logit" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_runs_are_compared_on_their_own_split(store_run, simulate, tmp_path):
    records = []
    for seed, names in enumerate((("a", "b", "c"), ("b", "c", "d"))):
        for number, detector in enumerate(("msp", "energy")):
            words = [f"seed={seed}", f"detector={detector}"]
            predictions = simulate(seed=number, names=names)
            records.append(store_run(f"{detector}{seed}", overrides=words, predictions=predictions))
    folder = tmp_path / "multirun" / "thesis" / "closed_set"
    found = sweep_verdicts(records, folder, {"detector": "energy"})
    assert {run: one.id for run, one in found.references.items()} == {"msp0": "energy0", "msp1": "energy1"}
    assert set(found.verdicts) == {"msp0", "msp1"}
