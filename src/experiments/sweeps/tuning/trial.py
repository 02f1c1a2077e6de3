"""A trial at work: its run reports every epoch, and ends early when the pruner has seen enough."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from components.errors import ConfigError, DataError
from experiments.runs import OnEpoch, PrunedError
from experiments.sweeps.tuning.study import Settings, optuna, storage_in, trial_of


def trial_name(study: str, number: int) -> str:
    """What `hydra.sweeper.trial` of a job is."""
    return f"{study}/{number}"


@contextmanager
def reporting(name: str, settings: Any, folder: Path) -> Iterator[OnEpoch]:
    """What the run of a trial tells its epochs to, in whatever process it is; it raises PrunedError to end the run.

    Args:
        name: As `trial_name` gives it.
        settings: The resolved group `sweeper`.
        folder: Of the experiment; the search is kept there.
    """
    chosen = Settings.of(settings)
    study, _, number = name.rpartition("/")
    with storage_in(folder) as storage:
        search = optuna.load_study(
            study_name=study, storage=storage, sampler=optuna.samplers.RandomSampler(), pruner=chosen.pruner
        )
        trial = trial_of(search, int(number))

        def report(row: Mapping[str, Any]) -> None:
            value, epoch = objective_of(row, chosen.objective), int(row["epoch"])
            trial.report(value, epoch)
            if trial.should_prune():
                raise PrunedError(f"pruned after epoch {epoch}: {chosen.objective} {value:.3f}")

        yield report


def objective_of(row: Mapping[str, Any], objective: str) -> float:
    """The figure of an epoch that decides; raises where there is none."""
    if objective not in row:
        there = ", ".join(key for key in row if key.startswith("validation_"))
        raise ConfigError(f"sweeper.objective={objective}: an epoch has no such figure; there are: {there}")
    value = float(row[objective])
    if math.isnan(value):
        raise DataError(f"{objective} is unknown: the split has no validation photos (split.validation is their share)")
    return value
