"""A worker process of the pool: runs one job after another and reports to the process that started it."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from typing import Any, TextIO, cast

from components.errors import HitoError


@dataclass(frozen=True)
class Line:
    """Message: a line of output."""

    text: str


@dataclass(frozen=True)
class Progress:
    """Message: how many steps of what it is doing the job has done."""

    text: str
    done: int
    total: int


@dataclass(frozen=True)
class Ended:
    """Message: a job has ended.

    Attributes:
        value: Path of the run's folder, or the error message if the job has no folder.
        error: "" if there is a folder; "hito" for an error for users; "other" for a defect.
        exits: Whether the worker exits after this job.
    """

    value: str
    error: str = ""
    exits: bool = False


def work(parent: connection.Connection, environment: Mapping[str, str], task: Callable[[Any], Any]) -> None:
    """Run the jobs that arrive through `parent`, each a composed configuration, until None arrives.

    After a failed job the worker exits, so that memory that the job holds, on a GPU too, is released.

    Args:
        parent: Connection to the process that started this one.
        environment: Variables to set before numerical libraries are imported.
        task: The function that Hydra calls for every job.
    """
    os.environ.update(environment)
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    from hydra.core.utils import setup_globals

    from experiments.console import terminal

    setup_globals()
    lock = threading.Lock()

    def send(message: Line | Progress | Ended) -> None:
        with lock:
            parent.send(message)

    lines = cast("TextIO", _LineSender(lambda text: send(Line(text))))
    sys.stdout = sys.stderr = lines
    terminal.redirect_output(lines, lambda text, done, total: send(Progress(text, done, total)))
    with contextlib.suppress(KeyboardInterrupt, EOFError):
        while (config := parent.recv()) is not None:
            ended = _run(config, task)
            send(ended)
            if ended.exits:
                break
    parent.close()
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__


def _run(config: Any, task: Callable[[Any], Any]) -> Ended:
    """Run one job as Hydra does."""
    from pathlib import Path

    from hydra._internal.callbacks import Callbacks
    from hydra.core.utils import run_job
    from hydra.types import HydraContext

    from experiments.runs import Record

    context = HydraContext(config_loader=None, callbacks=Callbacks(config))  # type: ignore[arg-type]
    try:
        result = run_job(task, config, "hydra.sweep.dir", "hydra.sweep.subdir", context)
    except Exception as error:  # from a callback of Hydra, for example
        return _failed(error)
    value = result._return_value  # the property would print the traceback
    if isinstance(value, Exception):
        return _failed(value)
    record = Record.read(Path(value))
    return Ended(value, exits=record is not None and record.status == "failed")


def _failed(error: Exception) -> Ended:
    if isinstance(error, HitoError):
        return Ended(str(error), "hito", exits=True)
    return Ended(f"{type(error).__name__}: {error}", "other", exits=True)


def _exit_with_parent() -> None:
    """Exit as soon as the parent process is gone, so that its run is free for the next sweep."""
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


class _LineSender(io.TextIOBase):
    """A text stream that sends complete lines."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send, self._rest = send, ""

    def write(self, text: str) -> int:
        *whole, self._rest = (self._rest + text).split("\n")
        for line in whole:
            if line.strip():
                self._send(line.rstrip())
        return len(text)

    def isatty(self) -> bool:
        return False
