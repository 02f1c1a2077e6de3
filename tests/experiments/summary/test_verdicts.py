"""The verdicts of a sweep, in its table and its file."""

import io
import logging
import time

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from components.metrics import compare, holm
from components.results import Partition
from experiments.runs.partitions import write_partitions
from experiments.summary.baselines import is_baseline
from experiments.summary.csv_table import tabulate, write_csv
from experiments.summary.options import TableOptions
from experiments.summary.sweep_table import SweepTable
from experiments.summary.terminal import render
from experiments.summary.verdicts import sweep_verdicts


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "multirun" / "thesis" / "closed_set"


@pytest.fixture
def sweep(store_run, simulate):
    """cnn, cnn with flip, timm (much better) and a failed run; and their predictions."""
    predictions = [simulate(), simulate(seed=1, skill=1.9), simulate(seed=2, skill=3.0)]
    records = [
        store_run("a", predictions=predictions[0]),
        store_run("b", augmentation="flip", predictions=predictions[1]),
        store_run("c", "timm", predictions=predictions[2]),
        store_run("d", "timm", "flip", status="failed", error="no weights", predictions=[]),
    ]
    return records, predictions


def table_of(records, folder, baseline=None, **options):
    return SweepTable.of(records, folder, TableOptions(baseline=baseline, **options))


def text(table):
    """The table on the terminal, with single spaces."""
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(render(table))
    return " ".join(console.export_text().split())


def test_the_first_run_is_the_baseline_and_the_rest_one_family(sweep, folder):
    records, predictions = sweep
    found = sweep_verdicts(records, folder)
    assert found.baseline.id == "a"
    assert list(found.verdicts) == ["b", "c"]
    alone = [compare(predictions[0], one) for one in predictions[1:]]
    assert [one.p for one in found.verdicts.values()] == [one.p for one in alone]
    assert [one.p_adjusted for one in found.verdicts.values()] == holm([one.p for one in alone])
    assert found.verdicts["c"].verdict == "better"


def test_a_baseline_is_named_by_its_choices_or_overrides(sweep, folder, caplog):
    records, _ = sweep
    found = sweep_verdicts(records, folder, {"backbone": "timm"})
    assert found.baseline.id == "c"
    assert found.verdicts["a"].verdict == "worse"
    assert is_baseline(records[1], {"experiment": "thesis/closed_set", "augmentation": "flip"})
    assert not is_baseline(records[1], {"backbone": "cnn", "augmentation": "none"})
    assert sweep_verdicts(records, folder, {"backbone": "cn"}) is None
    assert "baseline {backbone: cn}" in caplog.text


def test_the_file_has_the_columns(sweep, folder):
    records, _ = sweep
    write_csv(table_of(records, folder))
    table = pd.read_csv(folder / "summary.csv").set_index("id")
    expected = sweep_verdicts(records, folder).verdicts["c"]
    assert table["verdict"].fillna("").tolist()[2:] == ["better", ""]
    assert table.loc["a", "verdict"] == "baseline"
    found = table.loc["c", ["difference", "difference_low", "difference_high", "p_adjusted"]].tolist()
    assert found == pytest.approx([expected.difference, expected.low, expected.high, expected.p_adjusted])
    assert table.loc[["a", "d"], "difference"].isna().all()
    assert table.loc[["b", "c"], "reference"].tolist() == ["a", "a"]


def test_the_terminal_has_the_word_the_difference_and_the_correction(sweep, folder):
    records, _ = sweep
    one = sweep_verdicts(records, folder).verdicts["c"]
    shown = text(table_of(records, folder))
    expected = [
        "verdict",
        "compared with cnn · none",
        "better",
        f"+{one.difference:.2f}".replace("0.", "."),
        "over 2 comparisons",
    ]
    assert [word for word in expected if word not in shown] == []
    assert "one replicate each" not in shown
    assert "verdict" not in text(SweepTable.of(records, folder, compared=False))


def test_published_rows_have_no_verdict(sweep, folder):
    records, _ = sweep
    published = {
        "source": "thesis",
        "rows": [{"name": "CNN", "when": {"backbone": "timm"}, "metrics": {"kappa": 0.61}}],
    }
    table = tabulate(table_of(records, folder, reference_results=published))
    assert table.loc[table["source"] == "thesis", ["verdict", "difference"]].isna().all(axis=None)


def test_verdicts_on_single_models_say_so(store_run, simulate, folder):
    records = [store_run("a", predictions=simulate(1)), store_run("b", predictions=simulate(1, seed=1))]
    assert "one replicate each" in text(table_of(records, folder))


def test_verdicts_on_a_task_without_seeds_do_not_mention_seeds(store_run, simulate, folder):
    config = {"task": {"_target_": "experiments.tasks.search.search"}}
    runs = [store_run(name, predictions=simulate(1, seed=seed), config=config) for seed, name in enumerate("ab")]
    shown = text(table_of(runs, folder))
    assert "paired on" in shown
    assert "one replicate each" not in shown


def test_runs_that_cannot_be_compared_stop_nothing(store_run, simulate, folder, caplog):
    records = [
        store_run("a"),
        store_run("b", predictions=simulate(names=("x", "y"))),
        store_run("c", "timm", predictions=simulate(seed=2, skill=3.0)),
        store_run("e", task="prepare", predictions=[]),
    ]
    (folder / "f").mkdir()
    broken = store_run("g")
    (folder / "g" / "predictions.parquet").write_bytes(b"half")
    with caplog.at_level(logging.WARNING):
        found = sweep_verdicts([*records, broken], folder)
    assert list(found.verdicts) == ["c"]
    assert "no verdict on the run b: the runs have different classes" in caplog.text
    assert "no verdict on the run g" in caplog.text
    assert "better" in text(table_of([*records, broken], folder))


def test_without_two_runs_with_predictions_there_are_none(store_run, folder):
    prepared = [store_run("a", task="prepare", predictions=[]), store_run("b", task="prepare", predictions=[])]
    assert sweep_verdicts(prepared, folder) is None
    assert sweep_verdicts([*prepared, store_run("c")], folder) is None
    assert sweep_verdicts([], folder) is None
    assert "verdict" not in tabulate(table_of(prepared, folder)).columns


def test_a_run_that_two_jobs_asked_for_is_compared_once(sweep, folder):
    records, _ = sweep
    twice = sweep_verdicts([*records, *records], folder)
    assert twice.verdicts == sweep_verdicts(records, folder).verdicts


def test_twelve_runs_take_well_under_a_second(store_run, simulate, folder):
    records = [store_run(f"run{number}", predictions=simulate(3, seed=number)) for number in range(12)]
    sweep_verdicts(records[:2], folder)
    took = []
    for _ in range(3):
        began = time.process_time()
        sweep_verdicts(records, folder)
        took.append(time.process_time() - began)
    assert min(took) < 0.8


PAIRS = [
    {"run": {"augmentation": "flip"}, "reference": {"backbone": "cnn", "augmentation": "none"}},
    {"run": {"backbone": "cnn", "augmentation": "none"}, "reference": {"backbone": "timm"}},
]


def test_runs_have_references_of_their_own(sweep, folder):
    records, predictions = sweep
    found = sweep_verdicts(records, folder, PAIRS)
    assert {run: one.id for run, one in found.references.items()} == {"b": "a", "a": "c"}
    assert found.baseline is None
    alone = [compare(predictions[0], predictions[1]), compare(predictions[2], predictions[0])]
    assert [one.p_adjusted for one in found.verdicts.values()] == holm([one.p for one in alone])
    assert found.verdicts["a"].verdict == "worse"
    table = table_of(records, folder, PAIRS)
    shown = text(table)
    assert "each run compared with its reference" in shown
    assert "cnn · none timm · none worse" in shown
    write_csv(table)
    table = pd.read_csv(folder / "summary.csv").set_index("id")
    assert table.loc[["a", "b"], "reference"].tolist() == ["c", "a"]
    assert table.loc["c", "verdict"] == "baseline"


def test_a_pair_may_be_compared_each_run_on_its_own_photos(store_run, simulate, folder, caplog):
    whole = simulate(3)
    lacking = [one.take(np.arange(len(one)) % 19 != number) for number, one in enumerate(whole)]
    records = [store_run("a", predictions=whole), store_run("b", "timm", predictions=lacking)]
    pair = {"run": {"backbone": "timm"}, "reference": {"backbone": "cnn"}}
    shared = sweep_verdicts(records, folder, [pair]).verdicts["b"]
    assert (shared.difference, shared.verdict) == (0, "indistinguishable")
    found = sweep_verdicts(records, folder, [pair | {"photos": "own"}])
    accuracy = [[(one.y_true == one.y_pred).mean() for one in run] for run in (whole, lacking)]
    assert found.verdicts["b"].difference == pytest.approx(np.mean(accuracy[1]) - np.mean(accuracy[0]))
    assert found.verdicts["b"].difference != 0
    assert found.verdicts["b"].n == len(whole[0])
    assert "on all of its own photos" in text(table_of(records, folder, [pair | {"photos": "own"}]))
    assert sweep_verdicts(records, folder, [pair | {"photos": "mine"}]).verdicts == {}
    assert "photos: mine: expected shared or own" in caplog.text


def test_verdicts_of_several_tasks_name_their_metrics_and_units(store_run, simulate, folder):
    records = [store_run("a", predictions=simulate()), store_run("b", "timm", predictions=simulate(seed=1))]
    records += [store_run(name, backbone, task="cluster", predictions=[]) for name, backbone in ("cx", "dy")]
    for number, record in enumerate(records[2:]):
        cluster = np.random.default_rng(number).integers(0, 3, 40)
        ids = np.array([f"{row}.jpg" for row in range(40)], dtype=object)
        write_partitions(folder / record.id, [Partition(ids, np.array(["x", "y"] * 20, dtype=object), cluster)])
    pairs = [
        {"run": {"backbone": "timm"}, "reference": {"backbone": "cnn"}},
        {"run": {"backbone": "y"}, "reference": {"backbone": "x"}},
    ]
    shown = text(table_of(records, folder, pairs))
    assert "ARI" in shown
    assert "accuracy" in shown
    assert "152 test photos and 40 photos" in shown


def test_a_missing_pair_is_logged_and_the_others_are_compared(sweep, folder, caplog):
    records, _ = sweep
    found = sweep_verdicts(records, folder, [*PAIRS, {"run": {"backbone": "vgg"}, "reference": {"backbone": "cnn"}}])
    assert list(found.verdicts) == ["b", "a"]
    assert "baseline {backbone: vgg}" in caplog.text
    assert sweep_verdicts(records, folder, [{"run": {"backbone": "vgg"}, "reference": {"backbone": "cnn"}}]) is None
