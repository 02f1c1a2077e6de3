"""Optuna's part of a search: where trials are kept, which settings come next, what they came to."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, Self

from components.errors import ConfigError, MissingExtraError
from components.storage import digest
from experiments.config import instantiate
from experiments.sweeps.tuning.search_space import Axis, Choice

try:
    import optuna as optuna  # noqa: PLC0414 - handed on
except ModuleNotFoundError as error:
    raise MissingExtraError("optuna", "optuna", "sweeper=optuna") from error

FILE = "search.sqlite3"
"""In the experiment's folder; one file holds all its searches."""

REPEATS = "repeats"
"""Attribute of a trial: the number of the failed one that it does again."""

PATIENCE = 120
"""Seconds that a job waits for another one that writes."""


@dataclass(frozen=True)
class Settings:
    """The configuration group `sweeper`.

    Attributes:
        objective: The column of curves.csv that decides.
        direction: maximize or minimize.
        n_trials: Trials of the whole search.
        n_jobs: Trials asked for at once.
        seed: Of the sampler.
        sampler: Makes a sampler, given its seed.
        pruner: Says when a trial is hopeless.
    """

    objective: str
    direction: Literal["maximize", "minimize"]
    n_trials: int
    n_jobs: int
    seed: int
    sampler: Any
    pruner: Any

    @classmethod
    def of(cls, node: Any) -> Self:
        """Settings from the resolved node; raises ConfigError when they make no sense."""
        names = {one.name for one in fields(cls)}
        if not isinstance(node, Mapping) or set(node) != names:
            raise ConfigError("hydra/sweeper=optuna takes its settings from the group `sweeper`: say sweeper=optuna")
        values = dict(node)
        if not str(values["objective"]).startswith("validation_"):
            raise ConfigError(
                f"sweeper.objective={values['objective']}: expected validation_accuracy or validation_loss; what is "
                "chosen by test photos cannot be measured on them"
            )
        if values["direction"] is None:
            values["direction"] = "minimize" if values["objective"].endswith("loss") else "maximize"
        if values["direction"] not in {"maximize", "minimize"}:
            raise ConfigError(f"sweeper.direction={values['direction']}: expected maximize or minimize")
        for key in ("n_trials", "n_jobs"):
            if not isinstance(values[key], int) or values[key] < 1:
                raise ConfigError(f"sweeper.{key}={values[key]}: expected a whole number of at least 1")
        values["sampler"] = instantiate(values["sampler"], "sweeper.sampler")
        values["pruner"] = instantiate(values["pruner"], "sweeper.pruner")
        return cls(**values)


@contextmanager
def storage_in(folder: Path) -> Iterator[Any]:
    """The trials kept in an experiment's folder; every change is on the disk before it is answered."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{(folder / FILE).absolute()}"
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.RDBStorage(url, engine_kwargs={"connect_args": {"timeout": PATIENCE}})
    try:
        yield storage
    finally:
        storage.remove_session()
        storage.engine.dispose()


def study_name(determining: Mapping[str, Any], axes: Mapping[str, Axis]) -> str:
    """Name of the search that these settings and axes make: the same command finds its own trials again."""
    words = {key: repr(axis) for key, axis in axes.items()}
    return f"search-{digest(json.dumps([determining, words], sort_keys=True))[:10]}"


def repeated(study: Any) -> set[int]:
    """Numbers of the failed trials that are done again as others."""
    return {one.user_attrs[REPEATS] for one in study.get_trials(deepcopy=False) if REPEATS in one.user_attrs}


def repeat_failed(study: Any) -> list[int]:
    """Put every failed trial that no other repeats in line again, with its settings; the numbers of the failed ones.

    To Optuna a finished trial is finished: as its own `RetryFailedTrialCallback` does, a new one is made.
    """
    over = repeated(study)
    failed = study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.FAIL,))
    again = [one for one in failed if one.number not in over]
    for one in again:
        study.enqueue_trial(one.params, user_attrs={REPEATS: one.number})
    return [one.number for one in again]


def trial_of(study: Any, number: int) -> Any:
    """The trial of this number, to be asked and told more."""
    storage = study._storage  # what Optuna's own command line uses: `Study` itself gives finished trials only
    study_id = storage.get_study_id_from_name(study.study_name)
    return optuna.trial.Trial(study, storage.get_trial_id_from_study_id_trial_number(study_id, number))


def suggest(trial: Any, axes: Mapping[str, Axis]) -> dict[str, Any]:
    """The values of a trial on all axes; those that it was given before it was killed stay."""
    values: dict[str, Any] = {}
    for key, axis in axes.items():
        if isinstance(axis, Choice):
            values[key] = trial.suggest_categorical(key, axis.words)
        elif axis.integer:
            step = 1 if axis.step is None else int(axis.step)
            values[key] = trial.suggest_int(key, int(axis.low), int(axis.high), step=step, log=axis.log)
        else:
            values[key] = trial.suggest_float(key, axis.low, axis.high, step=axis.step, log=axis.log)
    return values
