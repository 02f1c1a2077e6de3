"""`summary.csv` and `report.html` of a sweep, written again only if something changed."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from components.storage import atomic_path, digest
from experiments.console import terminal
from experiments.runs import Record, page_version
from experiments.sweeps.output_copy import copied_output, logged_warnings

if TYPE_CHECKING:
    from experiments.summary import SweepTable, TableOptions

CACHE_FILE = ".table.json"
"""The printed table, and the key of what it was computed from."""

TABLE, REPORT = "summary.csv", "report.html"

log = logging.getLogger(__name__)


def write_table_and_report(
    records: Sequence[Record], folder: Path, options: TableOptions, figures: Sequence[str] = ()
) -> None:
    """Write `summary.csv` and `report.html` into an experiment's folder and print the table.

    If the records, the options, the figures and hito's source are as they were when the files were last written, the
    files are left as they are and the same table is printed: nothing is computed and nothing slow is imported.

    Args:
        records: The runs of the sweep.
        folder: Folder of the experiment.
        options: What the configuration says about tables.
        figures: File names of the figures of the sweep as a whole, in the folder.
    """
    console = Console()
    key = _key(records, folder, options, figures, console)
    cached = _cached(folder)
    if cached.get("key") == key and all((folder / name).is_file() for name in (TABLE, REPORT)):
        console.print(Text.from_ansi(cached["table"]), end="", soft_wrap=True)
        terminal.messages.print(f"Report: {folder / REPORT}", style="dim", markup=False)
        return
    from experiments.summary import SweepTable, render, write_csv

    with copied_output() as printed, logged_warnings() as warnings:
        table = SweepTable.of(records, folder, options)
        write_csv(table)
        Console().print(render(table))
        terminal.messages.print(f"All metrics with their intervals: {folder / TABLE}", style="dim", markup=False)
        write_report_or_warn(records, table, figures)
    if not warnings:  # warnings are shown again next time
        with atomic_path(folder / CACHE_FILE) as path:
            path.write_text(json.dumps({"key": key, "table": printed.getvalue()}), encoding="utf-8")


def write_report_or_warn(records: Sequence[Record], table: SweepTable, figures: Sequence[str] = ()) -> Path | None:
    """Store the sweep and write its report; log a warning and return None if that fails, so that the sweep goes on."""
    from experiments.report import store_sweep, write_report

    try:
        store_sweep(records, table.folder, table.options, figures)
        path = write_report(table.folder, table)
    except Exception as error:
        log.warning("The report of %s could not be written: %s: %s", table.folder, type(error).__name__, error)
        log.debug("Traceback of the report", exc_info=True)
        return None
    terminal.messages.print(f"Report: {path}", style="dim", markup=False)
    return path


def _key(
    records: Sequence[Record], folder: Path, options: TableOptions, figures: Sequence[str], console: Console
) -> str:
    """Hash of everything that shapes the table as it is printed here, and the report."""
    content = [
        [asdict(record) for record in records],
        asdict(options),
        [[name, digest((folder / name).read_bytes())] for name in figures],
        [console.width, console.is_terminal, console.color_system, console.encoding],
    ]
    return digest(json.dumps(content, sort_keys=True, default=str), page_version())


def _cached(folder: Path) -> dict[str, str]:
    try:
        cached = json.loads((folder / CACHE_FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return cached if isinstance(cached, dict) else {}
