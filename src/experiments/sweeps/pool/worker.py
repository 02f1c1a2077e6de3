"""A process of the pool: does one job after another, tells what it is at, and dies with the one that started it."""

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
    """Something to print."""

    text: str


@dataclass(frozen=True)
class Progress:
    """How far the job is with what it is at."""

    text: str
    done: int
    total: int


@dataclass(frozen=True)
class Ended:
    """A job is over: the folder of its run, or what went wrong before it had one.

    Attributes:
        value: Path of the folder, or the error in words.
        error: "" when there is a folder; "hito" for an error that is meant for people; "other" for a defect.
        leaves: Whether the worker stops after it.
    """

    value: str
    error: str = ""
    leaves: bool = False


def work(parent: connection.Connection, environment: Mapping[str, str], task: Callable[[Any], Any]) -> None:
    """Do the jobs that come through `parent`, each a composed configuration, until None comes.

    A job that failed is the last one of its worker: what it left in memory, of a GPU too, goes with the process.
    """
    os.environ.update(environment)  # before anything that computes is imported
    threading.Thread(target=_die_with_parent, daemon=True).start()
    from hydra.core.utils import setup_globals

    from experiments.console import terminal

    setup_globals()
    lock = threading.Lock()

    def tell(message: Line | Progress | Ended) -> None:
        with lock:
            parent.send(message)

    lines = cast("TextIO", _Lines(lambda text: tell(Line(text))))
    sys.stdout = sys.stderr = lines
    terminal.redirect_output(lines, lambda text, done, total: tell(Progress(text, done, total)))
    with contextlib.suppress(KeyboardInterrupt, EOFError):
        while (config := parent.recv()) is not None:
            ended = _do(config, task)
            tell(ended)
            if ended.leaves:
                break
    parent.close()
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__


def _do(config: Any, task: Callable[[Any], Any]) -> Ended:
    from pathlib import Path

    from hydra._internal.callbacks import Callbacks
    from hydra.core.utils import run_job
    from hydra.types import HydraContext

    from experiments.runs import Record

    context = HydraContext(config_loader=None, callbacks=Callbacks(config))  # type: ignore[arg-type]
    try:
        result = run_job(task, config, "hydra.sweep.dir", "hydra.sweep.subdir", context)
    except Exception as error:  # of a callback, say
        return _error(error)
    value = result._return_value  # the property would print the traceback
    if isinstance(value, Exception):
        return _error(value)
    record = Record.read(Path(value))
    return Ended(value, leaves=record is not None and record.status == "failed")


def _error(error: Exception) -> Ended:
    if isinstance(error, HitoError):
        return Ended(str(error), "hito", leaves=True)
    return Ended(f"{type(error).__name__}: {error}", "other", leaves=True)


def _die_with_parent() -> None:
    """A worker whose parent was killed stops at once: the run goes on when the sweep is asked for again."""
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


class _Lines(io.TextIOBase):
    """A text file that passes whole lines on."""

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
