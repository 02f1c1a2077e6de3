"""The end of a sweep: its table and its report, made anew only where something changed."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from components.storage import atomic_path, digest
from experiments.console import terminal
from experiments.runs import Record, page_version

FILE = ".conclusion.json"
LEFT = ("summary.csv", "report.html")


def finish_sweep(
    records: Sequence[Record],
    folder: Path,
    published: Mapping[str, Any],
    baseline: Mapping[str, Any] | None,
    shown: Sequence[str],
    mean_over: str | None = None,
    figures: Sequence[str] = (),
) -> None:
    """Write `summary.csv` and `report.html` into a sweep's folder and print the table (`experiments.summary`).

    With `mean_over`, a key of the overrides, the means of the runs that differ in it stand behind them
    (`summary.means`). `figures` are those of the sweep as a whole, by their names in its folder; the report shows
    them.

    Where the records, what stands beside them and hito itself are as they were at the last end of this sweep, both
    files are left as they are and the table is printed as it was: nothing is computed, nothing heavy is imported.
    """
    console = Console()
    told = [
        [asdict(one) for one in records],
        dict(published),
        baseline,
        list(shown),
        mean_over,
        [[name, digest((folder / name).read_bytes())] for name in figures],
        console.width,
        console.is_terminal,
    ]
    key = digest(json.dumps(told, sort_keys=True, default=str), page_version())
    kept = _kept(folder)
    if kept.get("key") == key and all((folder / name).is_file() for name in LEFT):
        console.print(Text.from_ansi(kept["table"]), end="", soft_wrap=True)
        terminal.messages.print(f"Report: {folder / LEFT[1]}", style="dim", markup=False)
        return
    from experiments.sweeps.report_of_sweep import report_sweep
    from experiments.summary import means_over, summarise

    with _copied_output() as table, _warned() as warnings:
        rows = [*records, *(means_over(records, mean_over) if mean_over else [])]
        summarise(rows, folder, published, baseline, shown)
        report_sweep(rows, folder, published, shown, figures)
    if not warnings:  # they are to be seen again
        with atomic_path(folder / FILE) as path:
            path.write_text(json.dumps({"key": key, "table": table.getvalue()}), encoding="utf-8")


def _kept(folder: Path) -> dict[str, str]:
    try:
        kept = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return kept if isinstance(kept, dict) else {}


class _Copied(io.TextIOBase):
    """Standard output that keeps what goes through it."""

    def __init__(self) -> None:
        self.through, self.kept = sys.stdout, io.StringIO()

    def write(self, text: str) -> int:
        self.kept.write(text)
        return self.through.write(text)

    def flush(self) -> None:
        self.through.flush()

    def isatty(self) -> bool:
        return self.through.isatty()

    def fileno(self) -> int:
        return self.through.fileno()


@contextmanager
def _copied_output() -> Iterator[io.StringIO]:
    """What is printed in the meantime, printed all the same."""
    output = _Copied()
    with redirect_stdout(output):
        yield output.kept


class _Kept(logging.Handler):
    """Keeps the warnings that it is told of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.warnings: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.warnings.append(record.getMessage())


@contextmanager
def _warned() -> Iterator[list[str]]:
    """Warnings that hito logs in the meantime."""
    kept = _Kept()
    loggers = [logging.getLogger(name) for name in ("components", "experiments", "py.warnings")]
    for logger in loggers:
        logger.addHandler(kept)
    try:
        yield kept.warnings
    finally:
        for logger in loggers:
            logger.removeHandler(kept)
