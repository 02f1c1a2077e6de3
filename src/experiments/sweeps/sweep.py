"""Run the jobs of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import JobReturn
from hydra.plugins.launcher import Launcher
from omegaconf import DictConfig
from rich.markup import escape

from components.errors import HitoError
from experiments.config import Composed
from experiments.console import terminal
from experiments.runs import Record, RunRequest, announce_sweep, announce_waiting, lock
from experiments.sweeps.cautions import cautions
from experiments.sweeps.finish import finish_sweep, table_options
from experiments.sweeps.plan import Job, Plan, plan_sweep


def run_sweep(
    config: DictConfig, launcher: Launcher, composed: Sequence[Composed], batch_size: int | None = None
) -> list[Record]:
    """Run every job that is not done, write `summary.csv` and `report.html`, and print the table.

    Args:
        config: Configuration of the sweep, including Hydra's part.
        launcher: Runs a batch of jobs, each given as a list of overrides.
        composed: All jobs, composed.
        batch_size: Number of jobs per call of the launcher; None: all of them.

    Raises:
        ConfigError: If a key of the configuration that tables read is wrong; nothing has run then.
        RunFailedError: If a run failed; all others are done then.
    """
    terminal.set_up()
    HydraConfig.instance().set_config(config)  # composing a job has set the job's
    table_options(config)
    return finish_sweep(config, run_jobs(config, launcher, composed, batch_size=batch_size))


def run_jobs(
    config: DictConfig,
    launcher: Launcher,
    composed: Sequence[Composed],
    *,
    batch_size: int | None = None,
    first: int = 0,
) -> list[Record]:
    """Run the jobs that are not done and return the record of each job, in their order.

    A run that another process is working on is not done twice: this process waits for it, and takes it over if the
    other process exits without finishing it.

    Args:
        config: Configuration of the sweep, including Hydra's part.
        launcher: Runs a batch of jobs, each given as a list of overrides.
        composed: The jobs, composed.
        batch_size: Number of jobs per call of the launcher; None: all of them.
        first: Number of the first job, if others were run before.
    """
    plan = plan_sweep(composed)
    announce_sweep(str(config.name), len(plan.jobs), str(plan))
    for caution in cautions(composed, plan.jobs):
        terminal.messages.print(f"[yellow]{escape(caution)}[/]")
    results = _launch(launcher, plan.to_run, batch_size, first)
    _wait_for_others(plan, launcher, results)
    return [_record_of(job, results.get(job.overrides), str(config.name)) for job in plan.jobs]


Results = dict[tuple[str, ...], JobReturn | Exception]
"""What the launcher returned for each job, by its overrides."""


def _launch(launcher: Launcher, jobs: Sequence[Job], batch_size: int | None, first: int = 0) -> Results:
    """Launch the jobs in batches; an error of the launcher itself is the result of all jobs of the batch."""
    results: Results = {}
    size = batch_size or len(jobs) or 1
    for start in range(0, len(jobs), size):
        batch = jobs[start : start + size]
        try:
            returned = launcher.launch([list(job.overrides) for job in batch], initial_job_idx=first + start)
        except Exception as error:
            results |= {job.overrides: error for job in batch}
            terminal.messages.print(f"{type(launcher).__name__}: {error}", style="red", markup=False)
            continue
        results |= {job.overrides: result for job, result in zip(batch, returned, strict=True)}
    return results


def _wait_for_others(plan: Plan, launcher: Launcher, results: Results) -> None:
    """Wait for the runs of other processes; launch those that they leave unfinished.

    A job that was launched here is given up if it left no record and no process is working on its run.
    """
    given_up: set[tuple[str, ...]] = set()
    while waiting := [
        job
        for job in plan.jobs
        if _unfinished(job.request) and _was_skipped(job, results) and job.overrides not in given_up
    ]:
        left = []
        for job in waiting:
            assert job.request is not None
            if process := lock.holder(job.request.folder):
                announce_waiting(job.request.id, process)
            elif job.overrides in results and job.request.earlier() is None:
                given_up.add(job.overrides)
                continue
            with lock.hold(job.request.folder, wait=True):
                pass
            if _unfinished(job.request):
                left.append(job)
        results |= _launch(launcher, left, None)


def _was_skipped(job: Job, results: Results) -> bool:
    """Whether a job was not launched, or returned without an error because another process holds its run."""
    result = results.get(job.overrides)
    return result is None or (isinstance(result, JobReturn) and isinstance(result._return_value, str))


def _unfinished(request: RunRequest | None) -> bool:
    """Whether the run is known and neither done nor failed."""
    if request is None:
        return False
    earlier = request.earlier()
    return earlier is None or earlier.status == "running"


def _record_of(job: Job, result: JobReturn | Exception | None, experiment: str) -> Record:
    """Return the record in the job's folder, or one made of the error if it got no folder."""
    value = result._return_value if isinstance(result, JobReturn) else result  # the property would raise
    folder = job.request.folder if job.request else Path(value) if isinstance(value, str) else None
    overrides = list(job.overrides)
    record = Record.read(folder) if folder else None
    if record and not (isinstance(value, HitoError) and record.status == "running"):
        return replace(record, overrides=overrides)  # another job may have asked for it with other overrides
    if not isinstance(value, Exception):
        value = RuntimeError(f"no record in {folder}")
    choices = job.request.choices if job.request else dict(word.split("=", 1) for word in overrides if "=" in word)
    return Record(
        id=job.request.id if job.request and record else "",
        status="failed",
        task="",
        experiment=experiment,
        overrides=overrides,
        choices=dict(choices),
        error=str(value) if isinstance(value, HitoError) else f"{type(value).__name__}: {value}",
    )
