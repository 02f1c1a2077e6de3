"""`sweeper=optuna`: finds better settings, prunes poor trials, and continues after a kill with the same results."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from experiments.models import trainer

LR = "training.optimizer.lr=tag(log, interval(1e-6, 1e-1))"


@pytest.fixture
def colours(tmp_path):
    """Three classes that differ in colour: a few epochs at a good learning rate tell them apart, a bad one never."""
    generator = np.random.default_rng(0)
    for split, count in (("train", 15), ("test", 4)):
        for kind, name in enumerate(("mojón", "cartel", "senda")):
            folder = tmp_path / "photos" / split / name
            folder.mkdir(parents=True)
            for index in range(count):
                ground = generator.normal(110, 40, (32, 32, 3))
                ground[..., kind] += 60
                Image.fromarray(ground.clip(0, 255).astype(np.uint8)).save(folder / f"{index}.png")
    small = ["backbone=cnn", "pixels.size=32", "training.epochs=6", "training.batch_size=8", "device=cpu"]
    return ["sweeper=optuna", "data=folder", f"data.root={tmp_path / 'photos'}", "tracker=none", *small]


def trials_in(folder):
    return pd.read_csv(folder / "multirun" / "classify" / "search.csv")


def test_it_finds_the_better_of_obviously_different_settings(hito, colours, records, tmp_path):
    words = [*colours, "training.optimizer.lr=choice(1e-9, 0.003)", "sweeper/pruner=none", "sweeper.n_trials=4"]
    status, _, said = hito(*words)
    assert status == 0, said
    trials = trials_in(tmp_path)
    assert list(trials["trial"]) == [0, 1, 2, 3]
    assert set(trials["training.optimizer.lr"]) == {1e-9, 0.003}
    assert trials["run"].nunique() == 2 == len(records()), "a trial whose settings were tried before is found done"
    best = trials.loc[trials["validation_accuracy"].idxmax()]
    assert best["training.optimizer.lr"] == 0.003
    assert best["validation_accuracy"] > trials["validation_accuracy"].min()
    said_best = f"best: trial {best['trial']}, run {best['run']}, validation_accuracy {best['validation_accuracy']:.3f}"
    assert said_best in said
    assert (tmp_path / "multirun/classify/report.html").is_file()
    page = (tmp_path / "multirun/classify/report.html").read_text(encoding="utf-8")
    assert '<a href="search.png">search</a>' in page
    assert 'alt="search of classify"' in page
    summary = pd.read_csv(tmp_path / "multirun/classify/summary.csv")
    assert summary["id"].iloc[0] == best["run"], "the best is first, and the others are compared with it"
    assert summary["verdict"].iloc[0] == "baseline"

    for row in trials.itertuples():  # the objective is that of the validation photos, as the run's own curves have it
        curves = pd.read_csv(tmp_path / "multirun/classify" / row.run / "curves.csv")
        assert row.validation_accuracy == pytest.approx(curves[curves.kept].validation_accuracy.mean())

    again = hito(*words)
    assert again[0] == 0
    assert "4 of 4 trials done" in again[2]
    assert "▶" not in again[2], "nothing is done twice"
    more = hito(*words[:-1], "sweeper.n_trials=5")
    assert "4 of 5 trials done" in more[2]
    assert len(trials_in(tmp_path)) == 5
    fresh = hito(*words[:-1], "sweeper.n_trials=1", "if_exists=overwrite")
    assert "0 of 1 trials done" in fresh[2]
    assert len(trials_in(tmp_path)) == 1


def test_poor_trials_are_pruned_and_their_records_say_so(hito, colours, records, tmp_path):
    pruner = ["sweeper.pruner.n_startup_trials=1", "sweeper.pruner.n_warmup_steps=3"]
    words = [*colours, LR, "sweeper.n_trials=6", "sweeper.objective=validation_loss", "sweeper/sampler=random", *pruner]
    status, _, said = hito(*words)
    assert status == 0, said
    trials = trials_in(tmp_path)
    pruned = trials[trials["status"] == "pruned"]
    assert 0 < len(pruned) < 6
    assert (pruned["epochs"] >= 3).all()
    assert (pruned["epochs"] < 6).any()
    for run in pruned["run"]:
        record = records()[run]
        assert record["status"] == "pruned"
        assert record["metrics"] == {}
        assert "pruned after epoch" in record["notes"][0]
        assert "validation_loss" in record["notes"][0]
    best = trials[trials["status"] == "done"]["validation_loss"].min()
    assert f"validation_loss {best:.3f}" in said.partition("best:")[2], "a loss is minimised"

    # The same run asked for in an ordinary sweep is not taken for done: it goes on to its end.
    word = f"training.optimizer.lr={pruned['training.optimizer.lr'].iloc[0]}"
    status, _, said = hito(*[one for one in colours if not one.startswith("sweeper")], word)
    assert status == 0, said
    assert records()[pruned["run"].iloc[0]]["status"] == "done"


def test_a_search_that_is_killed_gives_the_same_trials(colours, tmp_path):
    words = [*colours, LR, "training.batch_size=choice(8,16)"]
    words += ["sweeper.n_trials=5", "sweeper.sampler.n_startup_trials=2", "training.checkpoint_seconds=0"]
    whole, killed = tmp_path / "whole", tmp_path / "killed"

    def start(folder):
        folder.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "experiments", *words]
        return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    unbroken = start(whole)
    said = []
    for finished in (1, 3):
        process = start(killed)
        wait_for_trials(killed, finished, process)
        os.kill(process.pid, signal.SIGKILL)
        said.append(process.communicate()[1])
    process = start(killed)
    said.append(process.communicate(timeout=200)[1])
    assert process.returncode == 0, said[-1]
    assert "1 of 5 trials done" in said[1] or "2 of 5 trials done" in said[1]
    assert "3 of 5 trials done" in said[2] or "4 of 5 trials done" in said[2]
    unbroken.communicate(timeout=200)
    expected, found = trials_in(whole), trials_in(killed)
    columns = [name for name in expected if name != "seconds"]
    pd.testing.assert_frame_equal(found[columns], expected[columns])


def wait_for_trials(folder, finished, process):
    """Wait until this many trials are finished and one is running."""
    deadline = time.monotonic() + 200
    file = folder / "multirun" / "classify" / "search.sqlite3"
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()[1]
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            states = [state for (state,) in database.execute("select state from trials")]
            if states.count("RUNNING") and len(states) - states.count("RUNNING") >= finished:
                return
        time.sleep(0.01)
    raise AssertionError(f"{finished} trials were not finished in time")


def test_trials_that_are_asked_for_at_once_differ(hito, colours, tmp_path):
    status, _, said = hito(*colours, LR, "sweeper.n_trials=3", "sweeper.n_jobs=2", "sweeper/pruner=hyperband")
    assert status == 0, said
    assert trials_in(tmp_path)["training.optimizer.lr"].nunique() == 3


def test_a_trial_that_fails_stops_no_other(hito, colours, records, tmp_path):
    words = [word for word in colours if not word.startswith("pixels.size")]
    status, out, said = hito(*words, "pixels.size=choice(8,32)", "sweeper.n_trials=4", "sweeper.seed=1")
    assert status == 1
    trials = trials_in(tmp_path)
    assert len(trials) == 4
    assert set(trials.loc[trials["pixels.size"] == 8, "status"]) == {"failed"}
    assert set(trials.loc[trials["pixels.size"] == 32, "status"]) == {"done"}
    assert "best: trial" in said
    assert "needs photos of 22 px or more" in out


def test_failed_trials_run_again_on_request(hito, colours, records, tmp_path, monkeypatch):
    """A disk that is full for a while, for trials with batches of 8."""
    full, fit = True, trainer.fit

    def failing(*arguments, **more):
        if full and arguments[6].batch_size == 8:
            raise OSError("no space left")
        return fit(*arguments, **more)

    monkeypatch.setattr(trainer, "fit", failing)
    words = [*colours, "training.batch_size=choice(8,16)", "sweeper.n_trials=4", "sweeper.seed=1"]
    status, _, said = hito(*words)
    first = trials_in(tmp_path)
    failed = first.loc[first["status"] == "failed", "trial"].tolist()
    assert status == 1
    assert failed
    assert "if_exists=retry runs them again" in said
    assert first["repeats"].isna().all()

    status, _, said = hito(*words)
    assert (status, len(trials_in(tmp_path))) == (1, 4), "without the request they stay failed"
    assert "4 of 4 trials done" in said

    status, _, said = hito(*words, "if_exists=retry")  # it fails as before
    assert status == 1
    assert trials_in(tmp_path)["repeats"].dropna().tolist() == failed
    full = False
    status, _, said = hito(*words, "if_exists=retry")
    assert status == 0, said
    numbers = [4 + index for index in range(len(failed))]  # the repetitions of the first trials, which failed too
    assert (
        f"failed trials that run again, each as a new trial with its settings: {', '.join(map(str, numbers))}" in said
    )
    trials = trials_in(tmp_path)
    assert trials["repeats"].dropna().tolist() == [*failed, *numbers]
    again = trials[trials["repeats"].isin(numbers)]
    assert set(again["status"]) == {"done"}
    assert set(again["training.batch_size"]) == {8}
    assert (trials["status"] == "failed").sum() == 2 * len(failed)
    assert {one["status"] for one in records().values()} == {"done"}
    table = pd.read_csv(tmp_path / "multirun/classify/summary.csv")
    assert set(table["status"]) == {"done"}
    status, _, said = hito(*words, "if_exists=retry")
    assert (status, "4 of 4 trials done" in said, "run again" in said) == (0, True, False)


@pytest.mark.parametrize(
    ("words", "status", "expected"),
    [
        ([], 1, "nothing to search"),
        (["seed=choice(1,2)", "sweeper.objective=accuracy"], 1, "chosen by the test photos"),
        (["seed=choice(1,2)", "sweeper.direction=up"], 2, "expected maximize or minimize"),
        (["seed=choice(1,2)", "sweeper.n_trials=0"], 2, "sweeper.n_trials=0: expected a whole number"),
        (["seed=choice(1,2)", "sweeper.pruner.n_warmup=1"], 2, "sweeper.pruner.n_warmup_steps"),
        (["seed=choice(1,2)", "sweeper/pruner=mean"], 2, "halving"),
        (["backbone=choice(cnn,cn)"], 2, "cn"),
        (["sede=choice(1,2)"], 2, "Did you mean seed"),
        (["seed=choice(1,2)", "task=prepare", "sweeper.n_trials=1"], 1, "no curves.csv"),
        (["seed=choice(1,2)", "split.validation=0", "sweeper.n_trials=1"], 1, "validation"),
    ],
)
def test_invalid_settings_are_refused(hito, colours, words, status, expected):
    found, out, said = hito(*colours, *words)
    assert (found, expected in said + out) == (status, True), said + out


def test_a_second_search_in_the_folder_is_refused(colours, tmp_path, hito):
    command = [sys.executable, "-m", "experiments", *colours, LR, "sweeper.n_trials=500", "sweeper/pruner=none"]
    first = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        wait_for_trials(tmp_path, 0, first)
        status, _, said = hito(*colours, LR, "sweeper.n_trials=500", "sweeper/pruner=none")
        assert status == 1
        assert "Another search is running in multirun/classify" in said
    finally:
        first.kill()
        first.communicate()


def test_without_optuna_it_says_what_to_install(tmp_path):
    hidden = "import sys; sys.modules['optuna'] = None; from experiments.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", hidden, "sweeper=optuna", "seed=choice(1,2)", "tracker=none"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "pip install 'hito[optuna]'" in done.stderr
    assert "Traceback" not in done.stderr
