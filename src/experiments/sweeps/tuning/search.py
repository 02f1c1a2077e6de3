"""Run the trials of a search, then write the table and the report of all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.hydra_config import HydraConfig
from hydra.plugins.launcher import Launcher
from omegaconf import DictConfig

from components.errors import ConfigError
from components.file_lock import file_lock
from components.storage import digest
from experiments.config import Composer, resolved
from experiments.console import terminal
from experiments.runs import Record
from experiments.sweeps import finish_sweep, run_jobs, table_options
from experiments.sweeps.tuning.search_name import name_of_search
from experiments.sweeps.tuning.search_space import Axis, job_overrides, samples
from experiments.sweeps.tuning.settings import Settings
from experiments.sweeps.tuning.study import optuna, repeat_failed, repeated, storage_in, suggest, trial_of
from experiments.sweeps.tuning.trial import trial_name
from experiments.sweeps.tuning.trials import FIGURE, objective_of_run, print_best, ranked_trials, write_trials

TRIAL = "hydra.sweeper.trial"
"""Override that tells a job which trial it is."""


def run_search(
    config: DictConfig,
    launcher: Launcher,
    loader: ConfigLoader,
    fixed: Mapping[str, str],
    axes: Mapping[str, Axis],
) -> list[Record]:
    """Run trials until there are `sweeper.n_trials`, then write and print the results, the best trial first.

    The same command continues a search that was killed: its unfinished trials continue from their checkpoints. Trial k
    depends only on the seed and on the trials before it, so a search that was killed gives the same results.

    Args:
        config: Configuration of the sweep, including Hydra's part.
        launcher: Runs a batch of jobs, each given as a list of overrides.
        loader: Hydra's loader, which composes the jobs.
        fixed: The overrides that all trials share, by key.
        axes: What is searched, by key.

    Raises:
        HitoError: If a setting is invalid, or if a trial failed (after all others are done).
    """
    terminal.set_up()
    HydraConfig.instance().set_config(config)  # the name of the experiment refers to Hydra's part
    table_options(config)
    sweeper = resolved(config.sweeper)
    settings = Settings.of(sweeper)
    folder = Path(config.output) / config.name
    composer = Composer(loader, config)
    name = name_of_search(composer(samples(fixed, axes)[0]), axes, sweeper)
    with storage_in(folder) as storage, exclusive(folder):
        if config.if_exists == "overwrite" and name in {study.study_name for study in storage.get_all_studies()}:
            optuna.delete_study(study_name=name, storage=storage)
        study = optuna.create_study(
            storage=storage,
            study_name=name,
            direction=settings.direction,
            pruner=settings.pruner,
            load_if_exists=True,
        )
        _announce(study, config, settings)
        while batch := next_trials(study, settings, axes):
            jobs = []
            for trial, values in batch:
                job = composer(job_overrides(fixed, values))
                jobs.append(replace(job, overrides=(*job.overrides, f"{TRIAL}={trial_name(name, trial.number)}")))
            records = run_jobs(config, launcher, jobs, first=batch[0][0].number)
            for (trial, _), record in zip(batch, records, strict=True):
                end_trial(study, trial, record, folder, settings.objective)
        trials = ranked_trials(study, folder, config.name)
        replaced = repeated(study)
    write_trials(trials, axes, settings, folder)
    try:
        counted = [trial for trial in trials if trial.number not in replaced]
        figures = [FIGURE] if (folder / FIGURE).is_file() else []
        records_by_run = {trial.record.id or trial.number: trial.record for trial in counted}
        return finish_sweep(config, list(records_by_run.values()), figures)
    finally:
        print_best(trials, settings)


def _announce(study: Any, config: DictConfig, settings: Settings) -> None:
    """Queue failed trials again if asked to, and print how many trials are done."""
    again = repeat_failed(study) if config.if_exists == "retry" else []
    replaced = repeated(study)
    trials = study.get_trials(deepcopy=False)
    done = sum(trial.state.is_finished() and trial.number not in replaced for trial in trials)
    terminal.messages.print(
        f"[bold]{config.name}[/]: search {study.study_name[-8:]}, {done} of {settings.n_trials} trials done"
    )
    if again:
        numbers = ", ".join(map(str, again))
        terminal.messages.print(f"failed trials that run again, each as a new trial with its settings: {numbers}")


def next_trials(study: Any, settings: Settings, axes: Mapping[str, Axis]) -> list[tuple[Any, dict[str, Any]]]:
    """Return the trials to run now, at most `n_jobs`, with their values.

    First trials that were interrupted, then failed ones that are repeated, then new ones.
    """
    known = study.get_trials(deepcopy=False)
    interrupted = [trial.number for trial in known if trial.state == optuna.trial.TrialState.RUNNING]
    queued = [trial.number for trial in known if trial.state == optuna.trial.TrialState.WAITING]
    new = range(len(known), max(len(known), settings.n_trials + len(repeated(study))))
    trials = []
    for number in [*interrupted, *queued, *new][: settings.n_jobs]:
        # The state of a sampler would be lost with its process, so each trial has a sampler with its own seed.
        study.sampler = settings.sampler(seed=int(digest(str(settings.seed), str(number))[:8], 16))
        trial = trial_of(study, number) if number in interrupted else study.ask()
        trials.append((trial, suggest(trial, axes)))
    return trials


def end_trial(study: Any, trial: Any, record: Record, folder: Path, objective: str) -> None:
    """Store the run of a trial, its error, and its objective if it is done."""
    trial.set_user_attr("run", record.id)
    trial.set_user_attr("overrides", [word for word in record.overrides if not word.startswith(f"{TRIAL}=")])
    trial.set_user_attr("error", record.error)
    if record.status == "done":
        value = objective_of_run(folder / record.id, objective)
        study.tell(trial, value)
        result = f"{objective} {value:.3f}"
    else:
        state = optuna.trial.TrialState
        study.tell(trial, state=state.PRUNED if record.status == "pruned" else state.FAIL)
        result = " ".join(record.notes) if record.status == "pruned" else "failed"
    terminal.messages.print(f"trial {trial.number}: {result}", markup=False)


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Raise ConfigError if another search runs in the folder: its trials would be taken for interrupted ones."""
    with file_lock(folder / "search.lock", wait=False) as acquired:
        if not acquired:
            raise ConfigError(
                f"Another search is running in {folder}: wait for it, or use another folder for this one with name=..."
            )
        yield
