"""The finished trials of a search: ranking, `search.csv`, `search.png`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from components.errors import DataError
from components.storage import atomic_path
from components.wording import counted
from experiments.console import terminal
from experiments.runs import Record
from experiments.sweeps.tuning.search_space import Axis, value_text
from experiments.sweeps.tuning.settings import Settings
from experiments.sweeps.tuning.study import REPEATS

FILE, FIGURE = "search.csv", "search.png"


@dataclass(frozen=True)
class Trial:
    """A finished trial.

    Attributes:
        number: Position in the search, from 0.
        status: done, pruned or failed.
        value: Its objective; the last reported value if it was pruned, NaN if it failed.
        epochs: Number of epochs that it reported.
        settings: Its value on each axis.
        record: Record of its run.
        repeats: Number of the failed trial that it repeats; None: it repeats none.
    """

    number: int
    status: str
    value: float
    epochs: int
    settings: Mapping[str, Any]
    record: Record
    repeats: int | None = None


def objective_of_run(folder: Path, objective: str) -> float:
    """Return the mean of a column of curves.csv over the replicates, at the epochs whose weights were kept.

    Raises:
        DataError: If the run has no such column.
    """
    path = folder / "curves.csv"
    if not path.is_file():
        raise DataError(f"{folder} has no curves.csv: sweeper=optuna needs a task that trains, such as task=classify")
    curves = pd.read_csv(path)
    if objective not in curves or not math.isfinite(value := float(curves.loc[curves["kept"], objective].mean())):
        raise DataError(f"{path} has no {objective}: it needs validation photos (split.validation sets their share)")
    return value


def ranked_trials(study: Any, folder: Path, experiment: str) -> list[Trial]:
    """Return all finished trials: the best first, then pruned ones, then failed ones."""
    sign = -1 if study.direction.name == "MAXIMIZE" else 1
    names = {"COMPLETE": "done", "PRUNED": "pruned", "FAIL": "failed"}
    trials = [
        Trial(
            number=stored.number,
            status=names[stored.state.name],
            value=math.nan if stored.value is None else float(stored.value),
            epochs=len(stored.intermediate_values),
            settings=stored.params,
            record=record_of_trial(stored.user_attrs, folder, experiment),
            repeats=stored.user_attrs.get(REPEATS),
        )
        for stored in study.get_trials(deepcopy=False)
        if stored.state.is_finished()
    ]
    order = list(names.values())
    return sorted(trials, key=lambda trial: (order.index(trial.status), sign * trial.value, trial.number))


def record_of_trial(attributes: Mapping[str, Any], folder: Path, experiment: str) -> Record:
    """Return the record of a trial's run with the trial's overrides, or one made of its error if it has no run."""
    overrides = [str(word) for word in attributes["overrides"]]
    record = Record.read(folder / attributes["run"]) if attributes["run"] else None
    if record:
        record.overrides = overrides
        return record
    choices = dict(word.split("=", 1) for word in overrides if "=" in word)
    error = attributes["error"] or f"the folder of its run {attributes['run']} was removed"
    return Record(
        id="", status="failed", task="", experiment=experiment, overrides=overrides, choices=choices, error=error
    )


def write_trials(trials: Sequence[Trial], axes: Mapping[str, Axis], settings: Settings, folder: Path) -> None:
    """Write `search.csv`, one row for each trial in the order of the search, and the figure `search.png`."""
    rows = [
        {"trial": trial.number, "status": trial.status, settings.objective: trial.value, "epochs": trial.epochs}
        | {key: value_text(trial.settings[key]) for key in axes if key in trial.settings}
        | {"run": trial.record.id, "seconds": trial.record.seconds, "repeats": trial.repeats}
        for trial in sorted(trials, key=lambda trial: trial.number)
    ]
    table = pd.DataFrame(rows).astype({"repeats": "Int64"})
    with atomic_path(folder / FILE) as path:
        table.to_csv(path, index=False)
    if (table["status"] == "done").any():
        from components.figures import save_figures, search_trials

        origin = next((str(trial.record.data["origin"]) for trial in trials if trial.record.data.get("origin")), "")
        subtitle = f"{trials[0].record.experiment} · {origin} · {counted(len(trials), 'trial')}"
        maximize = settings.direction == "maximize"
        save_figures(
            folder,
            {
                Path(FIGURE).stem: lambda: search_trials(
                    table, settings.objective, list(axes), maximize=maximize, subtitle=subtitle
                )
            },
        )


def print_best(trials: Sequence[Trial], settings: Settings) -> None:
    """Print the number of trials by status, and the best trial with its settings."""
    counts = " · ".join(
        f"{sum(trial.status == status for trial in trials)} {status}"
        for status in ("done", "pruned", "failed")
        if any(trial.status == status for trial in trials)
    )
    terminal.messages.print(f"[bold]search[/]: {counted(len(trials), 'trial')}: {counts}")
    best = trials[0]
    if best.status == "done":
        settings_text = " ".join(f"{key}={value_text(value)}" for key, value in best.settings.items())
        terminal.messages.print(
            f"[bold]best[/]: trial {best.number}, run {best.record.id}, {settings.objective} {best.value:.3f}: ", end=""
        )
        terminal.messages.print(settings_text, markup=False, soft_wrap=True)
