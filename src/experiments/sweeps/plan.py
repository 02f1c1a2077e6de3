"""What a sweep has to do: which of its jobs are done, failed, at work elsewhere, or still to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hydra.core.config_loader import ConfigLoader
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from components.errors import HitoError
from experiments.config import Composed, Composer
from experiments.runs import RunRequest, lock


@dataclass(frozen=True)
class Planned:
    """One job of a sweep.

    Attributes:
        overrides: The words that make it what it is.
        job: What it is; None where that cannot be found out here (no such photos, say): the launcher tries it, and
            what goes wrong there is told.
    """

    overrides: tuple[str, ...]
    job: RunRequest | None


@dataclass(frozen=True)
class Plan:
    """All jobs of a sweep, in its order, and what is to be done about them.

    Attributes:
        jobs: All of them.
        to_run: Those to launch; of several that are the same run, the first.
        elsewhere: Those that another process is at, by who it is.
        done: Number of jobs that are done.
        failed: Number of jobs that failed earlier and are left so.
    """

    jobs: tuple[Planned, ...]
    to_run: tuple[Planned, ...]
    elsewhere: dict[str, list[RunRequest]]
    done: int
    failed: int

    def __str__(self) -> str:
        """As "36 done, 12 to run"."""
        working = sum(map(len, self.elsewhere.values()))
        same = len(self.jobs) - self.done - self.failed - working - len(self.to_run)
        counts = [
            (self.done, "done"),
            (self.failed, "failed earlier (if_exists=retry does them again)"),
            (working, f"at work in {' and '.join(self.elsewhere)}"),
            (same, "the same as another"),
            (len(self.to_run), "to run"),
        ]
        return ", ".join(f"{count} {words}" for count, words in counts if count)


def compose(loader: ConfigLoader, master: DictConfig, words: Sequence[Sequence[str]]) -> list[Composed]:
    """The configuration of every job of a sweep; raises Hydra's errors for words that are wrong."""
    composer = Composer(loader, master)
    return [composer(one) for one in words]


def plan_sweep(composed: Sequence[Composed]) -> Plan:
    """Find out what the jobs are and what became of them before."""
    jobs = tuple(Planned(one.overrides, _identified(one)) for one in composed)
    to_run: list[Planned] = []
    elsewhere: dict[str, list[RunRequest]] = {}
    seen: set[str] = set()
    done = failed = 0
    for planned in jobs:
        job = planned.job
        if job is None:
            to_run.append(planned)
            continue
        earlier = job.earlier()
        if not job.wanted(earlier):
            assert earlier is not None
            done += earlier.status != "failed"
            failed += earlier.status == "failed"
        elif job.id not in seen:
            seen.add(job.id)
            if other := lock.holder(job.folder):
                elsewhere.setdefault(other, []).append(job)
            else:
                to_run.append(planned)
    return Plan(jobs, tuple(to_run), elsewhere, done, failed)


def _identified(composed: Composed) -> RunRequest | None:
    try:
        return RunRequest.of(composed.nodes(), composed.choices(), composed.overrides)
    except (HitoError, OmegaConfBaseException):
        return None
