"""Runs with metrics per item, compared in sweeps and by `hito compare`."""

import logging

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from components.errors import DataError
from components.metrics import compare_items, item_metrics
from components.results import PerItemMetrics
from experiments.cli import main
from experiments.runs.items import read_items, write_items
from experiments.runs.results import KINDS, check_comparable, kind_of, results_of
from experiments.summary.csv_table import write_csv
from experiments.summary.sweep_table import SweepTable
from experiments.summary.terminal import render
from experiments.summary.verdicts import sweep_verdicts


def measured(shift=0.0, seed=0, n=60):
    generator = np.random.default_rng(seed)
    ids = np.array([f"consulta {row} ñ" for row in range(n)], dtype=object)
    ndcg = np.random.default_rng(7).random(n) / 2 + shift + generator.normal(0, 0.02, n)
    return PerItemMetrics(ids, {"ndcg_at_9": ndcg, "average_precision": np.where(np.arange(n) == 3, np.nan, ndcg / 2)})


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "multirun" / "thesis" / "closed_set"


@pytest.fixture
def store_items(store_run, folder):
    def store(id, replicates, language="es"):  # noqa: A002
        record = store_run(
            id,
            task="search",
            predictions=[],
            overrides=[f"query.language={language}"],
            choices={"task": "search"},
            metrics={name: one.to_dict() for name, one in item_metrics(replicates, n_resamples=20).items()},
        )
        write_items(folder / id, replicates)
        return record

    return store


def test_what_was_written_is_read_back(tmp_path):
    written = [measured(), measured(seed=1, n=4)]
    write_items(tmp_path, written)
    found = read_items(tmp_path)
    assert len(found) == 2
    for items, expected in zip(found, written, strict=True):
        assert items.ids.tolist() == expected.ids.tolist()
        assert list(items.metrics) == list(expected.metrics)
        for name in expected.metrics:
            np.testing.assert_array_equal(items.metrics[name], expected.metrics[name])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"id": None}, "lacks the columns id"),
        ({"ndcg": None}, "has no column of a metric"),
        ({"ndcg": ["x"]}, "no numbers in the column ndcg"),
        ({"replicate": [0, 0], "id": ["a", "a"], "ndcg": [1.0, 1.0]}, "an item twice in replicate 0"),
    ],
)
def test_what_no_run_leaves_is_refused(tmp_path, columns, message):
    table = {"replicate": [0], "id": ["a"], "ndcg": [1.0]} | columns
    pd.DataFrame({name: one for name, one in table.items() if one is not None}).to_parquet(tmp_path / "items.parquet")
    with pytest.raises(DataError, match=message):
        read_items(tmp_path)


def test_a_missing_or_broken_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"has no items\.parquet"):
        read_items(tmp_path)
    with pytest.raises(DataError, match=r"has no predictions\.parquet, items\.parquet"):
        check_comparable(tmp_path)
    (tmp_path / "items.parquet").write_bytes(b"half a file")
    with pytest.raises(DataError, match=r"items\.parquet cannot be read"):
        read_items(tmp_path)


def test_a_run_is_of_the_first_kind_whose_file_is_there(tmp_path, store_run, folder):
    write_items(tmp_path, [measured()])
    assert kind_of(tmp_path).headline(read_items(tmp_path)) == "ndcg_at_9"
    store_run("a")
    assert kind_of(folder / "a") is KINDS[0]
    with pytest.raises(
        DataError, match=r"has items\.parquet, the run that it is compared with has predictions\.parquet"
    ):
        results_of(tmp_path, KINDS[0])


def test_a_sweep_is_judged_by_the_first_metric(store_items, store_run, folder, caplog, capsys):
    runs = [[measured()], [measured(0.1, seed=1)], [measured(0.0, seed=2)]]
    records = [store_items(name, one) for name, one in zip("abc", runs, strict=True)]
    classified = store_run("d")
    with caplog.at_level(logging.WARNING):
        found = sweep_verdicts([*records, classified], folder)
    expected = compare_items(runs[0], runs[1], ["ndcg_at_9"])[0]
    assert list(found.verdicts) == ["b", "c"]
    assert found.verdicts["b"].p == expected.p
    assert (found.verdicts["b"].verdict, found.verdicts["c"].verdict) == ("better", "indistinguishable")
    assert "no verdict on the run d" in caplog.text
    console = Console(width=80, record=True)
    console.print(render(SweepTable.of(records, folder)))
    shown = console.export_text()
    assert "paired on 60 items" in shown
    assert "ndcg at 9" in shown
    assert "average" in shown
    assert max(map(len, shown.splitlines())) <= 80
    write_csv(SweepTable.of(records, folder))
    assert pd.read_csv(folder / "summary.csv")["verdict"].tolist() == ["baseline", "better", "indistinguishable"]


def test_hito_compare_reads_items(store_items, store_run, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    store_items("aaaa111111", [measured()])
    store_items("bbbb222222", [measured(0.1, seed=1)], "en")
    store_run("cccc333333")
    assert main(["compare", "aaaa", "bbbb"]) == 0
    out = capsys.readouterr().out
    assert "ndcg_at_9 compared with search" in out
    assert "n: items that both share" in out
    assert "better" in out
    assert "query.language" not in out.split("what differs")[0]
    assert main(["compare", "aaaa", "bbbb", "metric=average_precision"]) == 0
    assert main(["compare", "aaaa", "bbbb", "metric=ndcg"]) == 1
    assert "There is no metric 'ndcg'. Did you mean ndcg_at_9?" in capsys.readouterr().err
    assert main(["compare", "aaaa", "cccc"]) == 1
    assert "only runs with results of the same kind" in capsys.readouterr().err
