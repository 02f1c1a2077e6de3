"""Progress of all jobs of a pool: a line for each worker, and the number of jobs that are done."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from experiments.console import terminal

COLOURS = {"✔": "green", "✘": "red", "▶": "bold", "●": "yellow"}
"""Style of a line by its first character."""


class Display:
    """Bars on a terminal; elsewhere a line when a job starts or ends, and a line of progress now and then."""

    def __init__(self, jobs: int, slots: Sequence[str]) -> None:
        """Show the progress of a number of jobs in the slots of these names."""
        self._live = terminal.messages.is_terminal
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[now]}"),
            console=terminal.messages,
            transient=True,
            disable=not self._live,
        )
        self._total = self._progress.add_task("all jobs", total=jobs, now="")
        self._bars: dict[str, TaskID] = {
            slot: self._progress.add_task(slot, total=None, now="starting") for slot in slots
        }
        self._jobs, self._done, self._last_line = jobs, 0, time.monotonic()
        self._current: dict[str, str] = {}

    def __enter__(self) -> Display:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def line(self, text: str) -> None:
        """Print a line of a worker's output."""
        terminal.messages.print(Text(text, style=COLOURS.get(text[:1], "")), soft_wrap=True)

    def job_started(self, slot: str, job: str) -> None:
        """Show that a slot has started a job."""
        self._current[slot] = job
        self._progress.remove_task(self._bars[slot])
        self._bars[slot] = self._progress.add_task(slot, total=None, now=job)

    def progress(self, slot: str, text: str, done: int, total: int) -> None:
        """Show how many steps of its job a slot has done."""
        now = f"{self._current.get(slot, '')} · {text}"
        self._progress.update(self._bars[slot], completed=done, total=total, now=now)
        if not self._live and time.monotonic() - self._last_line > terminal.PLAIN_EVERY:
            self._last_line = time.monotonic()
            self.line(f"  {self._done}/{self._jobs} jobs; {slot}: {now} {done}/{total}")

    def job_ended(self, slot: str) -> None:
        """Count the job of a slot as done."""
        self._done += 1
        self._current.pop(slot, None)
        self._progress.update(self._total, completed=self._done)
        self._progress.update(self._bars[slot], visible=False)
