"""The callback of a trial's run: it reports every epoch to Optuna and stops the run if the pruner says so."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from components.errors import ConfigError, DataError
from experiments.runs import OnEpoch, PrunedError
from experiments.sweeps.tuning.settings import Settings
from experiments.sweeps.tuning.study import optuna, storage_in, trial_of


def trial_name(study: str, number: int) -> str:
    """Return the value of `hydra.sweeper.trial` for a trial of a study."""
    return f"{study}/{number}"


@contextmanager
def reporting(name: str, settings: Any, folder: Path) -> Iterator[OnEpoch]:
    """Yield the per-epoch callback of a trial's run; it raises PrunedError to stop the run.

    The run may be in any process that can open the storage of the search.

    Args:
        name: As returned by `trial_name`.
        settings: The resolved configuration group `sweeper`.
        folder: Folder of the experiment, which holds the search.
    """
    sweeper = Settings.of(settings)
    study, _, number = name.rpartition("/")
    with storage_in(folder) as storage:
        loaded = optuna.load_study(
            study_name=study, storage=storage, sampler=optuna.samplers.RandomSampler(), pruner=sweeper.pruner
        )
        trial = trial_of(loaded, int(number))

        def report(row: Mapping[str, Any]) -> None:
            value, epoch = objective_of(row, sweeper.objective), int(row["epoch"])
            trial.report(value, epoch)
            if trial.should_prune():
                raise PrunedError(f"pruned after epoch {epoch}: {sweeper.objective} {value:.3f}")

        yield report


def objective_of(row: Mapping[str, Any], objective: str) -> float:
    """Return the objective of an epoch.

    Raises:
        ConfigError: If an epoch has no such column.
        DataError: If it is undefined, because there are no validation photos.
    """
    if objective not in row:
        known = ", ".join(key for key in row if key.startswith("validation_"))
        raise ConfigError(f"sweeper.objective={objective}: expected one of {known}")
    value = float(row[objective])
    if math.isnan(value):
        raise DataError(
            f"{objective} is undefined: the split has no validation photos (split.validation sets their share)"
        )
    return value
