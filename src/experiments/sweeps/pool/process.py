"""A worker process as the launcher sees it."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from typing import Any

from experiments.sweeps.pool.slots import Slot
from experiments.sweeps.pool.worker import work

STOP_TIMEOUT = 5.0
"""Seconds that a worker has to exit before it is killed."""

Task = Callable[[Any], Any]


@dataclass
class WorkerProcess:
    """A process in a slot.

    Attributes:
        slot: Its slot.
        process: The process.
        pipe: Connection to it.
        job: Number of the job that it is running; None: it is idle.
        exits: Whether it exits after that job.
    """

    slot: Slot
    process: BaseProcess
    pipe: connection.Connection
    job: int | None = None
    exits: bool = False

    @classmethod
    def start(cls, slot: Slot, task: Task) -> WorkerProcess:
        """Start a process in a slot.

        It is spawned, not forked: a GPU cannot be used after a fork, and libraries read thread counts on import.
        """
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(theirs, dict(slot.environment), task), name=slot.name)
        process.start()
        theirs.close()
        return cls(slot, process, ours)

    def received(self) -> list[Any]:
        """Return the messages that have arrived since the last call."""
        messages = []
        with contextlib.suppress(EOFError, ConnectionError):
            while self.pipe.poll():
                messages.append(self.pipe.recv())
        return messages

    def request_stop(self) -> None:
        """Ask the process to exit, whatever it is doing."""
        self.pipe.close()  # an idle worker exits when its connection is closed
        if self.job is not None:
            self.process.terminate()

    def stop(self) -> None:
        """Make the process exit; kill it after `STOP_TIMEOUT`."""
        self.request_stop()
        self.process.join(STOP_TIMEOUT)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def exit_reason(exitcode: int | None) -> str:
    """Return in words how a process ended."""
    if exitcode is None or exitcode >= 0:
        return f"its worker process ended with status {exitcode}"
    name = signal.Signals(-exitcode).name
    if -exitcode == signal.SIGKILL:
        name += ", as the system does when memory runs out (launcher.workers=N runs fewer jobs at a time)"
    return f"its worker process was ended by {name}"
