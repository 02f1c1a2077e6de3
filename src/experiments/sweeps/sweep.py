"""Many jobs, one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import JobReturn
from hydra.plugins.launcher import Launcher
from omegaconf import DictConfig, OmegaConf

from components.errors import HitoError
from experiments.config import Composed
from experiments.console import terminal
from experiments.runs import Record, RunFailedError, RunRequest, lock
from experiments.sweeps.finish import finish_sweep
from experiments.sweeps.plan import Plan, Planned, plan_sweep
from experiments.sweeps.track import tell_tracker


def run_sweep(
    config: DictConfig, launcher: Launcher, composed: Sequence[Composed], batch_size: int | None = None
) -> list[Record]:
    """Do every job that is not done, write `summary.csv` and `report.html`, print the table.

    Args:
        config: The configuration of the sweep, Hydra's part included.
        launcher: Runs a batch of jobs, each a list of overrides.
        composed: All jobs; their words are known to be right.
        batch_size: Jobs that the launcher is given at a time; None: all of them.

    Raises:
        RunFailedError: When a job failed, after all others are done.
    """
    terminal.set_up()
    HydraConfig.instance().set_config(config)  # composing the jobs set theirs
    return end(config, run_jobs(config, launcher, composed, batch_size=batch_size))


def end(config: DictConfig, records: list[Record], figures: Sequence[str] = ()) -> list[Record]:
    """Write `summary.csv` and `report.html` of these runs, print the table, and give the records back.

    `figures` are those of the sweep as a whole, by their names in its folder.

    Raises:
        RunFailedError: When one of them failed.
    """
    published: Any = OmegaConf.to_container(config.reference_results, resolve=True)
    baseline: Any = OmegaConf.to_container(config.baseline) if config.baseline else None
    shown = [str(one) for one in config.table_metrics]
    finish_sweep(records, Path(config.output) / config.name, published, baseline, shown, config.aggregate_over, figures)
    failed = [record for record in records if record.status not in {"done", "pruned"}]
    tell_tracker(config, Path(config.output) / config.name, "failed" if failed else "done")
    if failed:
        again = "" if config.if_exists == "retry" else "; if_exists=retry does them again"
        raise RunFailedError(f"{len(failed)} of {len(records)} runs failed; the table gives each its reason{again}.")
    return records


def run_jobs(
    config: DictConfig,
    launcher: Launcher,
    composed: Sequence[Composed],
    *,
    batch_size: int | None = None,
    first: int = 0,
) -> list[Record]:
    """Do the jobs that are not done; the record of each, in their order.

    Jobs that another process is at are not done twice: they are waited for, and taken over when that process dies.

    Args:
        config: The configuration of the sweep, Hydra's part included.
        launcher: Runs a batch of jobs, each a list of overrides.
        composed: The jobs.
        batch_size: Jobs that the launcher is given at a time; None: all of them.
        first: Number of the first job, where others went before.
    """
    what = plan_sweep(composed)
    terminal.announce(str(config.name), len(what.jobs), str(what))
    returned = _launch(launcher, what.to_run, batch_size, first)
    _see_to_the_others(what, launcher, returned)
    return [_record_of(one, returned.get(one.overrides), str(config.name)) for one in what.jobs]


Returned = dict[tuple[str, ...], JobReturn | Exception]
"""What the launcher said of a job, by the job's words."""


def _launch(launcher: Launcher, jobs: Sequence[Planned], batch_size: int | None, first: int = 0) -> Returned:
    """Give the jobs to the launcher; an error of the launcher itself is that of the jobs it was given."""
    returned: Returned = {}
    size = batch_size or len(jobs) or 1
    for start in range(0, len(jobs), size):
        batch = jobs[start : start + size]
        try:
            results = launcher.launch([list(one.overrides) for one in batch], initial_job_idx=first + start)
        except Exception as error:
            returned |= {one.overrides: error for one in batch}
            terminal.messages.print(f"{type(launcher).__name__}: {error}", style="red", markup=False)
            continue
        returned |= {one.overrides: result for one, result in zip(batch, results, strict=True)}
    return returned


def _see_to_the_others(what: Plan, launcher: Launcher, returned: Returned) -> None:
    """Wait for the jobs that other processes are at; do those over that they leave unfinished."""
    while waiting := [one for one in what.jobs if one.job and _unfinished(one.job) and _passed_over(one, returned)]:
        left = []
        for planned in waiting:
            assert planned.job is not None
            if other := lock.holder(planned.job.folder):
                terminal.waits_for(planned.job.id, other)
            with lock.hold(planned.job.folder, wait=True):
                pass
            if _unfinished(planned.job):
                left.append(planned)
        returned |= _launch(launcher, left, None)


def _passed_over(planned: Planned, returned: Returned) -> bool:
    """Whether a job was not launched, or found in other hands when it was: an error is told otherwise."""
    result = returned.get(planned.overrides)
    return result is None or (isinstance(result, JobReturn) and isinstance(result._return_value, str))


def _unfinished(job: RunRequest) -> bool:
    earlier = job.earlier()
    return earlier is None or earlier.status == "running"


def _record_of(planned: Planned, result: JobReturn | Exception | None, name: str) -> Record:
    """The record in the job's folder, or one made of the error where it did not get as far as a folder."""
    value = result._return_value if isinstance(result, JobReturn) else result  # the property would raise
    folder = planned.job.folder if planned.job else Path(value) if isinstance(value, str) else None
    overrides = list(planned.overrides)
    record = Record.read(folder) if folder else None
    if record and not (isinstance(value, HitoError) and record.status == "running"):
        return replace(record, overrides=overrides)  # it may have been made in other words
    if not isinstance(value, Exception):
        value = RuntimeError(f"no record in {folder}")
    reason = str(value) if isinstance(value, HitoError) else f"{type(value).__name__}: {value}"
    choices = dict(planned.job.choices) if planned.job else dict(one.split("=", 1) for one in overrides if "=" in one)
    identity = planned.job.id if planned.job and record else ""
    return Record(
        id=identity, status="failed", task="", experiment=name, overrides=overrides, choices=choices, error=reason
    )
