"""Resolve the jobs of a sweep to runs: which are done, failed, running in another process, or still to run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from hydra.core.config_loader import ConfigLoader
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from components.errors import HitoError
from experiments.config import Composed, Composer, check_values
from experiments.runs import RunRequest, lock


@dataclass(frozen=True)
class Job:
    """One job of a sweep.

    Attributes:
        overrides: The overrides of the job.
        request: The run that it asks for; None if it cannot be identified here (because its data cannot be read, for
            example): the launcher tries it, and its error is reported.
    """

    overrides: tuple[str, ...]
    request: RunRequest | None


@dataclass(frozen=True)
class Plan:
    """All jobs of a sweep, and which of them have to run.

    Attributes:
        jobs: All jobs, in the order of the sweep.
        to_run: Jobs to launch; of several jobs that ask for the same run, the first.
        elsewhere: Runs that another process is working on, by the name of that process.
        done: Number of jobs that are done.
        failed: Number of jobs that failed before and are not run again.
    """

    jobs: tuple[Job, ...]
    to_run: tuple[Job, ...]
    elsewhere: dict[str, list[RunRequest]]
    done: int
    failed: int

    def __str__(self) -> str:
        """Return the numbers of jobs, such as "36 done, 12 to run"."""
        running = sum(map(len, self.elsewhere.values()))
        same = len(self.jobs) - self.done - self.failed - running - len(self.to_run)
        counts = [
            (self.done, "done"),
            (self.failed, "failed before (if_exists=retry runs them again)"),
            (running, f"running in {' and '.join(self.elsewhere)}"),
            (same, "the same as another"),
            (len(self.to_run), "to run"),
        ]
        return ", ".join(f"{count} {words}" for count, words in counts if count)


def compose(loader: ConfigLoader, master: DictConfig, overrides: Sequence[Sequence[str]]) -> list[Composed]:
    """Compose the configuration of every job of a sweep, and check its values; nothing slow is imported.

    Raises:
        HydraException: For a wrong override.
        InvalidValueError: For a value that is not what its annotation allows.
    """
    composer = Composer(loader, master)
    composed = [composer(words) for words in overrides]
    for job in composed:
        with suppress(OmegaConfBaseException):  # a value is missing: the run says which
            check_values(job.nodes(), job.config)
    return composed


def plan_sweep(composed: Sequence[Composed]) -> Plan:
    """Resolve the jobs to runs and look up the status of each."""
    jobs = tuple(Job(job.overrides, _request(job)) for job in composed)
    to_run: list[Job] = []
    elsewhere: dict[str, list[RunRequest]] = {}
    seen: set[str] = set()
    done = failed = 0
    for job in jobs:
        request = job.request
        if request is None:
            to_run.append(job)
            continue
        earlier = request.earlier()
        if not request.wanted(earlier):
            assert earlier is not None
            done += earlier.status != "failed"
            failed += earlier.status == "failed"
        elif request.id not in seen:
            seen.add(request.id)
            if process := lock.holder(request.folder):
                elsewhere.setdefault(process, []).append(request)
            else:
                to_run.append(job)
    return Plan(jobs, tuple(to_run), elsewhere, done, failed)


def _request(composed: Composed) -> RunRequest | None:
    try:
        return RunRequest.of(composed.nodes(), composed.choices(), composed.overrides)
    except (HitoError, OmegaConfBaseException):
        return None
