"""Log messages and progress on standard error; tables go to standard output."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

messages = Console(stderr=True, highlight=False)
"""Console of all messages and progress bars."""

LOGGERS = ("components", "experiments", "py.warnings")
"""Loggers that are shown on the console and copied into the log of a run."""

ProgressCallback = Callable[[str, int, int], None]
"""Called with a description, the number of steps done, and the total number of steps."""

_progress_callbacks: list[ProgressCallback] = []

PLAIN_EVERY = 15.0
"""Seconds between two lines of progress if standard error is no terminal."""


def set_up() -> None:
    """Show the log of hito's packages on the console; further calls in the same process change nothing."""
    for logger in map(logging.getLogger, LOGGERS):
        if not any(isinstance(handler, RichHandler) for handler in logger.handlers):
            handler = RichHandler(console=messages, show_time=False, show_path=False, show_level=True, markup=False)
            handler.setLevel(logging.INFO)
            logger.addHandler(handler)
            logger.setLevel(logging.DEBUG)
            logger.propagate = False
    logging.captureWarnings(True)


def redirect_output(stream: TextIO, on_progress: ProgressCallback) -> None:
    """Send the output of this worker process to the process that started it.

    Args:
        stream: Receives all messages.
        on_progress: Called instead of drawing a progress bar.
    """
    messages.file = stream
    _progress_callbacks[:] = [on_progress]


def is_redirected() -> bool:
    """Return whether this is a worker process whose output is shown by another process (`redirect_output`)."""
    return bool(_progress_callbacks)


@contextmanager
def run_log(folder: Path) -> Iterator[None]:
    """Copy the log into the file `log` of a run's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(folder / "log", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
        handler.close()


class Steps:
    """Progress of work with a known number of steps: a bar on a terminal, elsewhere a line every 15 seconds."""

    def __init__(self, description: str, total: int) -> None:
        """Create the display.

        Args:
            description: What is being done.
            total: Number of steps.
        """
        self.description, self.total, self.done, self.last_line = description, total, 0, time.monotonic()
        self.bar = Progress(
            TextColumn("  {task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=messages,
            transient=True,
            disable=not messages.is_terminal,
        )
        self.handle = self.bar.add_task(description, total=total)

    def __enter__(self) -> "Steps":
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def step(self, text: str, count: int = 1) -> None:
        """Advance by `count` steps and show `text` after the description."""
        self.done += count
        if is_redirected():
            _progress_callbacks[0](f"{self.description} {text}", self.done, self.total)
            return
        self.bar.update(self.handle, advance=count, description=f"{self.description} {text}")
        if not messages.is_terminal and time.monotonic() - self.last_line > PLAIN_EVERY:
            self.last_line = time.monotonic()
            messages.print(f"  {self.description} {text}  {self.done}/{self.total}", markup=False)
