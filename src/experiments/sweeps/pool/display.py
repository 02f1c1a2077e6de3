"""All jobs of a pool on one screen: a line a worker, and how many jobs are done."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from experiments.console import terminal

COLOURS = {"✔": "green", "✘": "red", "▶": "bold", "●": "yellow"}


class Display:
    """Live on a terminal; elsewhere a line for what begins and ends, and now and then one for what is going on."""

    def __init__(self, jobs: int, slots: Sequence[str]) -> None:
        """Show `jobs` jobs at these slots."""
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
        self._all = self._progress.add_task("all jobs", total=jobs, now="")
        self._rows: dict[str, TaskID] = {
            place: self._progress.add_task(place, total=None, now="starting") for place in slots
        }
        self._jobs, self._done, self._said = jobs, 0, time.monotonic()
        self._at: dict[str, str] = {}

    def __enter__(self) -> Display:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def line(self, text: str) -> None:
        """Print a line that a worker said."""
        terminal.messages.print(Text(text, style=COLOURS.get(text[:1], "")), soft_wrap=True)

    def begins(self, place: str, job: str) -> None:
        """A worker takes a job."""
        self._at[place] = job
        self._progress.remove_task(self._rows[place])
        self._rows[place] = self._progress.add_task(place, total=None, now=job)

    def progress(self, place: str, text: str, done: int, total: int) -> None:
        """How far a worker is."""
        now = f"{self._at.get(place, '')} · {text}"
        self._progress.update(self._rows[place], completed=done, total=total, now=now)
        if not self._live and time.monotonic() - self._said > terminal.PLAIN_EVERY:
            self._said = time.monotonic()
            self.line(f"  {self._done}/{self._jobs} jobs; {place}: {now} {done}/{total}")

    def ended(self, place: str, said: str = "") -> None:
        """A worker's job is over."""
        self._done += 1
        self._at.pop(place, None)
        self._progress.update(self._all, completed=self._done)
        self._progress.update(self._rows[place], visible=False)
        if said:
            self.line(said)
