"""The one who starts the workers of a pool, gives them jobs, shows how far they are, and counts its losses."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from typing import Any

from hydra.core.utils import JobReturn, JobStatus
from omegaconf import DictConfig, OmegaConf

from components.errors import HitoError
from experiments.config import choices_of, resolved
from experiments.runs import RunRequest, begin, lock
from experiments.sweeps.pool.display import Display
from experiments.sweeps.pool.slots import Slot
from experiments.sweeps.pool.worker import Ended, Line, Progress, work

PATIENCE = 5.0
"""Seconds that a worker has to stop by itself."""

Task = Callable[[Any], Any]


class LostWorkerError(HitoError):
    """A worker that died with its job."""


def launch(configs: Iterable[DictConfig], names: Sequence[str], room: Sequence[Slot], task: Task) -> list[JobReturn]:
    """Do the jobs in worker processes, one at a time at each place.

    A worker that crashes, or that the system kills for its memory, costs the job that it is at: the record says so,
    and a new worker takes its place.

    Args:
        configs: The jobs' configurations with Hydra's part, in order; each is asked for when a worker is free.
        names: What the jobs are called.
        room: Places to work at.
        task: What Hydra calls for every job; importable, so that another process finds it.
    """
    with Display(len(names), [place.name for place in room]) as display:
        return _Pool(configs, names, task, display).run(room)


@dataclass
class _Worker:
    """A process at its place, the pipe to it, the number of the job that it is at, and whether that was its last."""

    place: Slot
    process: BaseProcess
    pipe: connection.Connection
    job: int | None = None
    leaves: bool = False

    @classmethod
    def start(cls, place: Slot, task: Task) -> _Worker:
        """Spawned, not forked: a GPU cannot be used in a fork, and the thread counts are read at import."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(theirs, dict(place.environment), task), name=place.name)
        process.start()
        theirs.close()
        return cls(place, process, ours)

    def messages(self) -> list[Any]:
        """What it has said since it was last asked."""
        said = []
        with contextlib.suppress(EOFError, ConnectionError):
            while self.pipe.poll():
                said.append(self.pipe.recv())
        return said

    def dismiss(self) -> None:
        """Let it stop, whatever it is at."""
        self.pipe.close()  # a worker without a job stops at this
        if self.job is not None:
            self.process.terminate()

    def stop(self) -> None:
        """See that it stops."""
        self.dismiss()
        self.process.join(PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class _Pool:
    """The jobs: which are waiting, given to a worker, and returned by one."""

    def __init__(self, configs: Iterable[DictConfig], names: Sequence[str], task: Task, display: Display) -> None:
        self.waiting = iter(configs)
        self.names, self.task, self.display = names, task, display
        self.given: list[DictConfig] = []
        self.returned: dict[int, JobReturn] = {}
        self.workers: list[_Worker] = []

    def run(self, room: Sequence[Slot]) -> list[JobReturn]:
        """Do all jobs; what is under way when this is interrupted stops, and goes on when it is asked for again."""
        try:
            for place in room:
                self.workers.append(_Worker.start(place, self.task))
                self.give(self.workers[-1])
            while any(worker.job is not None for worker in self.workers):
                connection.wait([one for worker in self.workers for one in (worker.pipe, worker.process.sentinel)])
                self.workers = [self.attended(worker) for worker in self.workers]
        finally:
            for worker in self.workers:
                worker.dismiss()
            for worker in self.workers:
                worker.stop()
        return [self.returned[number] for number in range(len(self.names))]

    def give(self, worker: _Worker) -> None:
        """The next job, where there is one."""
        config = next(self.waiting, None)
        if config is None:
            return
        worker.job = len(self.given)
        self.given.append(config)
        self.display.begins(worker.place.name, self.names[worker.job])
        with contextlib.suppress(ConnectionError):  # it died in this moment, and will be found dead
            worker.pipe.send(config)

    def attended(self, worker: _Worker) -> _Worker:
        """Hear a worker, and give it a job when it is free; another takes the place of one that is no more."""
        dead = not worker.process.is_alive()  # asked first: what it said before is all in the pipe then
        self.hear(worker)
        if not dead and not worker.leaves:
            if worker.job is None:
                self.give(worker)
            return worker
        if worker.job is not None:
            self.lose(worker)
        worker.stop()
        if len(self.given) < len(self.names):
            worker = _Worker.start(worker.place, self.task)
            self.give(worker)
        return worker

    def hear(self, worker: _Worker) -> None:
        """Show what a worker said, and keep what came of its job."""
        for said in worker.messages():
            if isinstance(said, Line):
                self.display.line(said.text)
            elif isinstance(said, Progress):
                self.display.progress(worker.place.name, said.text, said.done, said.total)
            elif isinstance(said, Ended) and worker.job is not None:
                value: str | Exception = said.value
                if said.error:
                    value = HitoError(said.value) if said.error == "hito" else RuntimeError(said.value)
                self.end(worker, value)
                worker.leaves = said.leaves

    def lose(self, worker: _Worker) -> None:
        """Say in the record of a worker's job that it died."""
        assert worker.job is not None
        reason = why(worker.process.exitcode)
        _record_loss(self.given[worker.job], reason)
        self.display.line(f"✘ failed {self.names[worker.job]}: {reason}")
        self.end(worker, LostWorkerError(reason))

    def end(self, worker: _Worker, value: str | Exception) -> None:
        """A worker's job is over: the folder of its run, or an error."""
        assert worker.job is not None
        status = JobStatus.FAILED if isinstance(value, Exception) else JobStatus.COMPLETED
        overrides = list(self.given[worker.job].hydra.overrides.task)
        self.returned[worker.job] = JobReturn(overrides=overrides, status=status, _return_value=value)
        worker.job = None
        self.display.ended(worker.place.name)


def why(exitcode: int | None) -> str:
    """How a process ended, in words."""
    if exitcode is None or exitcode >= 0:
        return f"its worker process ended with status {exitcode}"
    name = signal.Signals(-exitcode).name
    if -exitcode == signal.SIGKILL:
        name += ", as the system does when memory runs out (launcher.workers=N lets fewer jobs work at a time)"
    return f"its worker process was ended by {name}"


def _record_loss(config: DictConfig, reason: str) -> None:
    """Keep the reason in the run's record; not where another process has taken the run over already."""
    own = OmegaConf.masked_copy(config, [str(key) for key in config if key != "hydra"])
    try:
        job = RunRequest.of(resolved(own), choices_of(config.hydra.runtime.choices), list(config.hydra.overrides.task))
    except HitoError:
        return  # it never got as far as a record
    with lock.hold(job.folder) as ours:
        record = job.earlier()
        if ours and (record is None or record.status == "running"):
            record = record or begin(job, None)
            record.status, record.error = "failed", reason
            record.write(job.folder)
