"""Verdicts of a sweep on new kinds of unknown next to those on all unknowns, and `hito compare` with that metric."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from components.data import NEW_KIND, NOVELTY, SEEN_KIND
from components.metrics import compare, holm, open_set_metrics
from components.results import UNKNOWN
from experiments.cli import main
from experiments.runs.predictions import read_predictions
from experiments.summary.csv_table import write_csv
from experiments.summary.sweep_table import SweepTable
from experiments.summary.terminal import render
from experiments.summary.verdicts import sweep_verdicts
from experiments.tasks.classify_output import predictions_table


def opened(one, turn, skill):
    """The predictions with every fifth photo of the rest, every other of them of a new kind, and a score."""
    place = np.arange(len(one))
    truth = np.where(place % 5 == 0, UNKNOWN, one.y_true)
    score = np.random.default_rng([turn, int(10 * skill)]).normal(size=len(one)) + skill * (truth == UNKNOWN)
    new = (truth == UNKNOWN) & (place % 2 == turn % 2)
    return replace(one, y_true=truth, unknown_score=score, new_unknown=new)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "multirun" / "thesis" / "closed_set"


@pytest.fixture
def sweep(store_run, simulate, folder):
    """Three open-set runs of growing skill, whose replicates hold out two kinds by turns."""
    records, runs = [], []
    for number, detector in enumerate(("msp", "energy", "knn")):
        run = [opened(one, turn, 0.3 + number) for turn, one in enumerate(simulate(seed=number))]
        metrics = {name: one.to_dict() for name, one in open_set_metrics(run, n_resamples=5).items()}
        words = [f"detector={detector}"]
        records.append(store_run(detector, predictions=[], task="open_set", overrides=words, metrics=metrics))
        table = predictions_table(run)
        kinds = [np.where(one.new_unknown, NEW_KIND, np.where(one.y_true == UNKNOWN, SEEN_KIND, "")) for one in run]
        table[NOVELTY] = np.concatenate(kinds)
        table.to_parquet(folder / detector / "predictions.parquet", index=False)
        runs.append(run)
    return records, runs


def test_what_is_read_back_knows_the_new_kinds(sweep, folder):
    _, runs = sweep
    for found, expected in zip(read_predictions(folder / "knn"), runs[2], strict=True):
        np.testing.assert_array_equal(found.new_unknown, expected.new_unknown)


def test_a_sweep_judges_new_kinds_too_in_one_family(sweep, folder):
    records, runs = sweep
    found = sweep_verdicts(records, folder)
    new = found.further["auroc_new_unknowns"]
    alone = [compare(runs[0], run, metric) for run in runs[1:] for metric in ("auroc", "auroc_new_unknowns")]
    both = [(found.verdicts[name], new[name]) for name in ("energy", "knn")]
    flat = [one for pair in both for one in pair]
    assert [one.p for one in flat] == pytest.approx([one.p for one in alone])
    assert [one.p_adjusted for one in flat] == pytest.approx(holm([one.p for one in alone]))
    console = Console(width=120, record=True, file=io.StringIO())
    sweep_table = SweepTable.of(records, folder)
    console.print(render(sweep_table))
    shown = " ".join(console.export_text().split())
    assert "AUROC new p" in shown
    assert shown.count("correction over 4 comparisons") == 2
    write_csv(sweep_table)
    table = pd.read_csv(folder / "summary.csv").set_index("id")
    assert table.loc["knn", "verdict_auroc_new_unknowns"] == new["knn"].verdict
    assert table.loc["knn", "difference_auroc_new_unknowns"] == pytest.approx(new["knn"].difference)


def test_compare_takes_the_metric_by_name(sweep, folder, capsys):
    words = ["compare", "msp", "knn", "metric=auroc,auroc_new_unknowns", f"output={folder.parents[1]}"]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert "auroc_new_unknowns" in shown
    assert "better" in shown
