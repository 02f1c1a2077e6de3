"""Optuna's part of a search: where trials are stored, and what they are."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from components.errors import MissingExtraError
from experiments.sweeps.tuning.search_space import Axis, Choice

try:
    import optuna as optuna  # noqa: PLC0414 - the other modules of this room import it from here
except ModuleNotFoundError as error:
    raise MissingExtraError("optuna", "optuna", "sweeper=optuna") from error

FILE = "search.sqlite3"
"""In the experiment's folder; it holds all searches of the experiment."""

REPEATS = "repeats"
"""Attribute of a trial: number of the failed trial that it repeats."""

WRITE_TIMEOUT = 120
"""Seconds that a process waits while another one writes into the file."""


@contextmanager
def storage_in(folder: Path) -> Iterator[Any]:
    """Open the storage of the searches in an experiment's folder; every change is written to disk at once."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{(folder / FILE).absolute()}"
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.RDBStorage(url, engine_kwargs={"connect_args": {"timeout": WRITE_TIMEOUT}})
    try:
        yield storage
    finally:
        storage.remove_session()
        storage.engine.dispose()


def repeated(study: Any) -> set[int]:
    """Return the numbers of the failed trials that other trials repeat."""
    return {trial.user_attrs[REPEATS] for trial in study.get_trials(deepcopy=False) if REPEATS in trial.user_attrs}


def repeat_failed(study: Any) -> list[int]:
    """Queue every failed trial that no other trial repeats, with its settings, and return their numbers.

    Optuna does not run a finished trial again: a new trial is made, as Optuna's `RetryFailedTrialCallback` does.
    """
    already = repeated(study)
    failed = study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.FAIL,))
    again = [trial for trial in failed if trial.number not in already]
    for trial in again:
        study.enqueue_trial(trial.params, user_attrs={REPEATS: trial.number})
    return [trial.number for trial in again]


def trial_of(study: Any, number: int) -> Any:
    """Return the unfinished trial of this number, to report more values."""
    storage = study._storage  # as Optuna's own command line does: `Study` returns only finished trials
    study_id = storage.get_study_id_from_name(study.study_name)
    return optuna.trial.Trial(study, storage.get_trial_id_from_study_id_trial_number(study_id, number))


def suggest(trial: Any, axes: Mapping[str, Axis]) -> dict[str, Any]:
    """Return the values of a trial on all axes; values that it had before it was interrupted are kept."""
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
