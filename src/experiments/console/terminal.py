"""What a person sees while hito works: one console, one log, one progress display."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.logging import RichHandler
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from experiments.runs import Outcome, Record

messages = Console(stderr=True, highlight=False)
"""Where progress and messages go; tables go to standard output."""

log = logging.getLogger("experiments")

ProgressCallback = Callable[[str, int, int], None]
"""Is told what is being done, how many steps of it are done, and of how many."""

_teller: list[ProgressCallback] = []

PLAIN_EVERY = 15.0
"""Seconds between two lines of progress where there is no terminal to draw a bar on."""


def set_up() -> None:
    """Send the log of hito's packages to the console, once a process."""
    for name in ("components", "experiments", "py.warnings"):
        logger = logging.getLogger(name)
        if not any(isinstance(handler, RichHandler) for handler in logger.handlers):
            handler = RichHandler(console=messages, show_time=False, show_path=False, show_level=True, markup=False)
            handler.setLevel(logging.INFO)
            logger.addHandler(handler)
            logger.setLevel(logging.DEBUG)
            logger.propagate = False
    logging.captureWarnings(True)


def redirect_output(lines: TextIO, teller: ProgressCallback) -> None:
    """Let another process show what this one would: messages go to `lines`, progress to `teller`, tables nowhere."""
    messages.file = lines
    _teller[:] = [teller]


@contextmanager
def run_log(folder: Path) -> Iterator[None]:
    """Copy what is logged into the `log` file of a run while it is at work."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(folder / "log", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    loggers = [logging.getLogger(name) for name in ("components", "experiments", "py.warnings")]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
        handler.close()


NOT_SAID = ("experiment=", "hydra", "launcher", "output", "runs=", "sweeper", "tracker")
"""Beginnings of words that say nothing of what a run is."""


def describe(record: Record) -> str:
    """The run in one line: what was asked of it that is not the experiment's own."""
    return described(record.overrides) or f"task={record.task}"


def described(words: Sequence[str]) -> str:
    """The words that say what a run is."""
    return " ".join(one for one in words if not one.startswith(NOT_SAID))


def begins(record: Record) -> None:
    """Announce a run."""
    again = " (goes on)" if record.seconds else ""
    messages.print(f"[bold]▶ {record.experiment}[/] [dim]{record.id}[/]  {escape(describe(record))}{again}")


def announce(experiment: str, jobs: int, plan: str) -> None:
    """Say what a sweep has to do."""
    messages.print(f"[bold]{experiment}[/]: {jobs} run{'s' if jobs != 1 else ''}: {plan}")


def waits_for(run: str, other: str) -> None:
    """Say that another process is at a run that was asked for."""
    messages.print(f"[yellow]● {run}[/]: {other} is at work on it; waiting")


def done_already(record: Record, folder: Path) -> None:
    """Say that a run was done before."""
    messages.print(f"[green]✔ done already[/] [dim]{record.id}[/]  {escape(describe(record))}  [dim]{folder}[/]")


def ends(record: Record, folder: Path, outcome: Outcome | None) -> None:
    """Say how a run ended and show its tables."""
    if record.status == "failed":
        messages.print("[red]✘ failed[/]", f"[dim]{record.id}[/]", end=" ")
        messages.print(record.error or "", markup=False, soft_wrap=True)
        return
    if record.status == "pruned":
        messages.print(f"[yellow]■ {' '.join(record.notes)}[/] [dim]{record.id}[/]  in {record.seconds:.1f} s")
        return
    for note in record.notes:
        messages.print(f"  [yellow]{escape(note)}[/]")
    if outcome and outcome.show and not _teller:
        outcome.show()
    messages.print(f"[green]✔ done[/] [dim]{record.id}[/]  in {record.seconds:.1f} s  [dim]{folder}[/]")


class Steps:
    """Progress of work whose number of steps is known: a bar on a terminal, else a line now and then."""

    def __init__(self, description: str, total: int) -> None:
        """Show `description` and count up to `total`."""
        self.description, self.total, self.done, self.said = description, total, 0, time.monotonic()
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
        """Count `count` steps more and show `text` beside the description."""
        self.done += count
        if _teller:
            _teller[0](f"{self.description} {text}", self.done, self.total)
            return
        self.bar.update(self.handle, advance=count, description=f"{self.description} {text}")
        if not messages.is_terminal and time.monotonic() - self.said > PLAIN_EVERY:
            self.said = time.monotonic()
            messages.print(f"  {self.description} {text}  {self.done}/{self.total}", markup=False)
