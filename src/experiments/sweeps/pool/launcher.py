"""Start the workers of a pool, send them jobs, show their progress, and replace workers that have exited."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from multiprocessing import connection

from hydra.core.utils import JobReturn, JobStatus
from omegaconf import DictConfig, OmegaConf

from components.errors import HitoError
from experiments.config import choices_of, resolved
from experiments.runs import RunRequest, lock, start_record
from experiments.sweeps.pool.display import Display
from experiments.sweeps.pool.process import Task, WorkerProcess, exit_reason
from experiments.sweeps.pool.slots import Slot
from experiments.sweeps.pool.worker import Ended, Line, Progress


class WorkerDiedError(HitoError):
    """A worker process died while it was running a job."""


def launch(configs: Iterable[DictConfig], names: Sequence[str], slots: Sequence[Slot], task: Task) -> list[JobReturn]:
    """Run the jobs in worker processes, one at a time in each slot, and return their results in order.

    A worker that crashes, or that the system kills because memory runs out, fails only the job that it is running: the
    record of that job says why, and a new worker takes over the slot.

    Args:
        configs: Configurations of the jobs with Hydra's part; each is composed when a worker is idle.
        names: Names of the jobs for the display.
        slots: Slots for the workers.
        task: The function that Hydra calls for every job; another process must be able to import it.
    """
    with Display(len(names), [slot.name for slot in slots]) as display:
        return _Pool(configs, names, task, display).run(slots)


class _Pool:
    """The jobs: waiting, sent to a worker, or returned."""

    def __init__(self, configs: Iterable[DictConfig], names: Sequence[str], task: Task, display: Display) -> None:
        self.waiting = iter(configs)
        self.names, self.task, self.display = names, task, display
        self.sent: list[DictConfig] = []
        self.returned: dict[int, JobReturn] = {}
        self.workers: list[WorkerProcess] = []

    def run(self, slots: Sequence[Slot]) -> list[JobReturn]:
        """Run all jobs; an interrupt stops the workers, and the same sweep continues their runs later."""
        try:
            for slot in slots:
                self.workers.append(WorkerProcess.start(slot, self.task))
                self.send_next(self.workers[-1])
            while any(worker.job is not None for worker in self.workers):
                connection.wait([end for worker in self.workers for end in (worker.pipe, worker.process.sentinel)])
                self.workers = [self.attend(worker) for worker in self.workers]
        finally:
            for worker in self.workers:
                worker.request_stop()
            for worker in self.workers:
                worker.stop()
        return [self.returned[number] for number in range(len(self.names))]

    def send_next(self, worker: WorkerProcess) -> None:
        """Send the next job to an idle worker, if there is one."""
        config = next(self.waiting, None)
        if config is None:
            return
        worker.job = len(self.sent)
        self.sent.append(config)
        self.display.job_started(worker.slot.name, self.names[worker.job])
        with contextlib.suppress(ConnectionError):  # it has just died, which `attend` will find
            worker.pipe.send(config)

    def attend(self, worker: WorkerProcess) -> WorkerProcess:
        """Receive a worker's messages. Send the next job to an idle worker; replace a worker that has exited."""
        dead = not worker.process.is_alive()  # checked first: all its messages are in the pipe then
        self.receive(worker)
        if not dead and not worker.exits:
            if worker.job is None:
                self.send_next(worker)
            return worker
        if worker.job is not None:
            self.fail(worker)
        worker.stop()
        if len(self.sent) < len(self.names):
            worker = WorkerProcess.start(worker.slot, self.task)
            self.send_next(worker)
        return worker

    def receive(self, worker: WorkerProcess) -> None:
        """Show a worker's messages, and keep the result of its job."""
        for message in worker.received():
            if isinstance(message, Line):
                self.display.line(message.text)
            elif isinstance(message, Progress):
                self.display.progress(worker.slot.name, message.text, message.done, message.total)
            elif isinstance(message, Ended) and worker.job is not None:
                value: str | Exception = message.value
                if message.error:
                    value = HitoError(message.value) if message.error == "hito" else RuntimeError(message.value)
                self.end(worker, value)
                worker.exits = message.exits

    def fail(self, worker: WorkerProcess) -> None:
        """Record that a worker died with its job."""
        assert worker.job is not None
        reason = exit_reason(worker.process.exitcode)
        _record_failure(self.sent[worker.job], reason)
        self.display.line(f"✘ failed {self.names[worker.job]}: {reason}")
        self.end(worker, WorkerDiedError(reason))

    def end(self, worker: WorkerProcess, value: str | Exception) -> None:
        """Keep the result of a worker's job: the folder of its run, or an error."""
        assert worker.job is not None
        status = JobStatus.FAILED if isinstance(value, Exception) else JobStatus.COMPLETED
        overrides = list(self.sent[worker.job].hydra.overrides.task)
        self.returned[worker.job] = JobReturn(overrides=overrides, status=status, _return_value=value)
        worker.job = None
        self.display.job_ended(worker.slot.name)


def _record_failure(config: DictConfig, reason: str) -> None:
    """Write the reason into the run's record, unless another process has taken over the run."""
    own = OmegaConf.masked_copy(config, [str(key) for key in config if key != "hydra"])
    try:
        job = RunRequest.of(resolved(own), choices_of(config.hydra.runtime.choices), list(config.hydra.overrides.task))
    except HitoError:
        return  # a job that cannot be identified has no record
    with lock.hold(job.folder) as acquired:
        record = job.earlier()
        if acquired and (record is None or record.status == "running"):
            record = record or start_record(job, None)
            record.status, record.error = "failed", reason
            record.write(job.folder)
