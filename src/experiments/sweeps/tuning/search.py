"""A search: trials one after the other or a few at once, until there are enough; then the table of all."""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.hydra_config import HydraConfig
from hydra.plugins.launcher import Launcher
from omegaconf import DictConfig, OmegaConf

from components.errors import ConfigError
from components.storage import digest
from experiments.config import Composer, resolved
from experiments.console import terminal
from experiments.runs import Record, code_version, photos_of, without_result_free
from experiments.sweeps import end, run_jobs
from experiments.sweeps.tuning.search_space import Axis, job_words
from experiments.sweeps.tuning.study import (
    Settings,
    optuna,
    repeat_failed,
    repeated,
    storage_in,
    study_name,
    suggest,
    trial_of,
)
from experiments.sweeps.tuning.trial import trial_name
from experiments.sweeps.tuning.trials import FIGURE, objective_of_run, ranked_trials, say_best, write_trials

TRIAL = "hydra.sweeper.trial"
"""The word that tells a job which trial it is."""

UNDETERMINING = frozenset({"output", "runs", "tracker", "baseline", "published", "sweeper", "name"})
"""Keys of the configuration that do not make another search."""


def run_search(
    config: DictConfig,
    launcher: Launcher,
    loader: ConfigLoader,
    fixed: Mapping[str, str],
    axes: Mapping[str, Axis],
) -> list[Record]:
    """Run trials until there are `sweeper.n_trials`, then write and print what every sweep ends in, the best first.

    The same command goes on with a search that was killed: trials that were at work go on from their checkpoints.
    Trial number k hangs on the seed and on the trials before it, so a search that was killed ends as one never killed.

    Args:
        config: The configuration of the sweep, Hydra's part included.
        launcher: Runs a batch of jobs, each a list of overrides.
        loader: Hydra's own, which composes the jobs.
        fixed: The words that all trials share, by key.
        axes: What is searched, by key.

    Raises:
        HitoError: When the settings make no sense, or a trial failed (after all others are done).
    """
    terminal.set_up()
    HydraConfig.instance().set_config(config)  # the configuration names its task through it
    nodes = resolved(OmegaConf.masked_copy(config, [str(key) for key in config if key != "hydra"]))
    settings = Settings.of(nodes["sweeper"])
    folder = Path(config.output) / config.name
    name = study_name(determining(nodes), axes)
    with storage_in(folder) as storage, alone_in(folder):
        if config.if_exists == "overwrite" and name in {one.study_name for one in storage.get_all_studies()}:
            optuna.delete_study(study_name=name, storage=storage)
        study = optuna.create_study(
            storage=storage,
            study_name=name,
            direction=settings.direction,
            pruner=settings.pruner,
            load_if_exists=True,
        )
        again = repeat_failed(study) if config.runs == "retry" else []
        over = repeated(study)
        counted = sum(one.state.is_finished() and one.number not in over for one in study.get_trials(deepcopy=False))
        terminal.messages.print(
            f"[bold]{config.name}[/]: search {name[-8:]}, {counted} of {settings.n_trials} trials done"
        )
        if again:
            numbers = ", ".join(map(str, again))
            terminal.messages.print(f"failed trials done again, each as a new one with its settings: {numbers}")
        composer = Composer(loader, config)
        while batch := next_trials(study, settings, axes):
            jobs = []
            for trial, values in batch:
                job = composer(job_words(fixed, values))
                jobs.append(replace(job, overrides=(*job.overrides, f"{TRIAL}={trial_name(name, trial.number)}")))
            records = run_jobs(config, launcher, jobs, first=batch[0][0].number)
            for (trial, _), record in zip(batch, records, strict=True):
                tell(study, trial, record, folder, settings.objective)
        trials = ranked_trials(study, folder, config.name)
        over = repeated(study)
    write_trials(trials, axes, settings, folder)
    try:
        standing = [one for one in trials if one.number not in over]
        figures = [FIGURE] if any(one.status == "done" for one in trials) else []
        return end(config, list({one.record.id or one.number: one.record for one in standing}.values()), figures)
    finally:
        say_best(trials, settings)


def determining(nodes: Mapping[str, Any]) -> dict[str, Any]:
    """All that decides what the trials of a search come to, apart from its axes."""
    search_nodes = {key: value for key, value in nodes["sweeper"].items() if key not in {"n_trials", "n_jobs"}}
    others = {key: value for key, value in nodes.items() if key not in UNDETERMINING}
    return {
        "search": search_nodes,
        "nodes": without_result_free(others),
        "data": photos_of(nodes["data"])[1],
        "code": code_version(),
    }


def next_trials(study: Any, settings: Settings, axes: Mapping[str, Axis]) -> list[tuple[Any, dict[str, Any]]]:
    """The trials to do now, at most `n_jobs`, with their values.

    First those that a kill left at work, then failed ones that are done again, then new ones.
    """
    known = study.get_trials(deepcopy=False)
    at_work = [one.number for one in known if one.state == optuna.trial.TrialState.RUNNING]
    in_line = [one.number for one in known if one.state == optuna.trial.TrialState.WAITING]
    new = range(len(known), max(len(known), settings.n_trials + len(repeated(study))))
    trials = []
    for number in [*at_work, *in_line, *new][: settings.n_jobs]:
        # A sampler's own state would be lost by a kill, so each trial has a sampler with a seed of its own.
        study.sampler = settings.sampler(seed=int(digest(str(settings.seed), str(number))[:8], 16))
        trial = trial_of(study, number) if number in at_work else study.ask()
        trials.append((trial, suggest(trial, axes)))
    return trials


def tell(study: Any, trial: Any, record: Record, folder: Path, objective: str) -> None:
    """Keep what a trial came to: the run that it was, and its objective when it was not stopped."""
    trial.set_user_attr("run", record.id)
    trial.set_user_attr("overrides", [one for one in record.overrides if not one.startswith(f"{TRIAL}=")])
    trial.set_user_attr("error", record.error)
    if record.status == "done":
        value = objective_of_run(folder / record.id, objective)
        study.tell(trial, value)
        said = f"{objective} {value:.3f}"
    else:
        state = optuna.trial.TrialState
        study.tell(trial, state=state.PRUNED if record.status == "pruned" else state.FAIL)
        said = " ".join(record.notes) if record.status == "pruned" else "failed"
    terminal.messages.print(f"trial {trial.number}: {said}", markup=False)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep a second search out of the folder: it would take the trials at work for ones that were killed."""
    with (folder / "search.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigError(
                f"Another search is at work in {folder}: wait for it, or give this one a place of its own with name=..."
            ) from error
        yield
