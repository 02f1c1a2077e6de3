"""What the trials of a search came to: their records, the best of them, `search.csv`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from components.errors import DataError
from components.storage import atomic_path
from experiments.console import terminal
from experiments.runs import Record
from experiments.sweeps.tuning.search_space import Axis, word
from experiments.sweeps.tuning.study import REPEATS, Settings

FILE, FIGURE = "search.csv", "search.png"


@dataclass(frozen=True)
class Trial:
    """One trial that is over.

    Attributes:
        number: Its place in the search, from 0.
        status: done, pruned or failed.
        value: Its objective; of a pruned one the last that it reported; NaN when it failed.
        epochs: Epochs that it reported.
        settings: What it took on each axis.
        record: Of its run.
        repeats: Number of the failed trial that it does again; None: it is no repetition.
    """

    number: int
    status: str
    value: float
    epochs: int
    settings: Mapping[str, Any]
    record: Record
    repeats: int | None = None


def objective_of_run(folder: Path, objective: str) -> float:
    """Mean of a column of curves.csv over the replicates, at the epochs whose weights were kept.

    Raises DataError when the run has no such figure.
    """
    path = folder / "curves.csv"
    if not path.is_file():
        raise DataError(f"{folder} has no curves.csv: sweeper=optuna searches runs that are trained (task=classify)")
    curves = pd.read_csv(path)
    if objective not in curves or not math.isfinite(value := float(curves.loc[curves["kept"], objective].mean())):
        raise DataError(f"{path} has no {objective}: is there a validation split? (split.validation is its share)")
    return value


def ranked_trials(study: Any, folder: Path, experiment: str) -> list[Trial]:
    """All trials that are over: the best first, then those that were pruned, then those that failed."""
    sign = -1 if study.direction.name == "MAXIMIZE" else 1
    names = {"COMPLETE": "done", "PRUNED": "pruned", "FAIL": "failed"}
    trials = []
    for one in study.get_trials(deepcopy=False):
        if one.state.is_finished():
            value = math.nan if one.value is None else float(one.value)
            record = record_of_trial(one.user_attrs, folder, experiment)
            status = names[one.state.name]
            repeats = one.user_attrs.get(REPEATS)
            trials.append(Trial(one.number, status, value, len(one.intermediate_values), one.params, record, repeats))
    order = list(names.values())
    return sorted(trials, key=lambda one: (order.index(one.status), sign * one.value, one.number))


def record_of_trial(kept: Mapping[str, Any], folder: Path, experiment: str) -> Record:
    """The record of the trial's run in the trial's words, or one made of its error where it has no run."""
    words = [str(one) for one in kept["overrides"]]
    record = Record.read(folder / kept["run"]) if kept["run"] else None
    if record:
        record.overrides = words
        return record
    choices = dict(word.split("=", 1) for word in words if "=" in word)
    error = kept["error"] or f"the folder of its run {kept['run']} was removed"
    return Record(id="", status="failed", task="", experiment=experiment, overrides=words, choices=choices, error=error)


def write_trials(trials: Sequence[Trial], axes: Mapping[str, Axis], settings: Settings, folder: Path) -> None:
    """Write `search.csv`, one row a trial in the order of the search with its values and its run, and `search.png`."""
    rows = [
        {"trial": one.number, "status": one.status, settings.objective: one.value, "epochs": one.epochs}
        | {key: word(one.settings[key]) for key in axes if key in one.settings}
        | {"run": one.record.id, "seconds": one.record.seconds, "repeats": one.repeats}
        for one in sorted(trials, key=lambda one: one.number)
    ]
    table = pd.DataFrame(rows).astype({"repeats": "Int64"})
    with atomic_path(folder / FILE) as path:
        table.to_csv(path, index=False)
    if (table["status"] == "done").any():
        from components.figures import save_figure, search_trials

        origin = next((str(one.record.data["origin"]) for one in trials if one.record.data.get("origin")), "")
        subtitle = f"{trials[0].record.experiment} · {origin} · {len(trials)} trials"
        maximize = settings.direction == "maximize"
        figure = search_trials(table, settings.objective, list(axes), maximize=maximize, subtitle=subtitle)
        save_figure(figure, folder / FIGURE)


def say_best(trials: Sequence[Trial], settings: Settings) -> None:
    """Say how many trials there were, which is the best, and that the test photos had no part in it."""
    counts = " · ".join(
        f"{sum(one.status == status for one in trials)} {status}"
        for status in ("done", "pruned", "failed")
        if any(one.status == status for one in trials)
    )
    terminal.messages.print(f"[bold]search[/]: {len(trials)} trials: {counts}")
    best = trials[0]
    if best.status == "done":
        words = " ".join(f"{key}={word(value)}" for key, value in best.settings.items())
        terminal.messages.print(
            f"[bold]best[/]: trial {best.number}, run {best.record.id}, {settings.objective} {best.value:.3f}: ", end=""
        )
        terminal.messages.print(words, markup=False, soft_wrap=True)
