"""The report at the end of a sweep: it may fail, the sweep may not."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.console import terminal
from experiments.report import store_sweep, write_report
from experiments.runs import Record

log = logging.getLogger(__name__)


def report_sweep(
    records: Sequence[Record],
    folder: Path,
    published: Mapping[str, Any],
    shown: Sequence[str] = (),
    figures: Sequence[str] = (),
) -> Path | None:
    """Store the sweep and write its report; whatever goes wrong is logged as a warning and None is returned."""
    try:
        store_sweep(records, folder, published, shown, figures)
        path = write_report(folder)
    except Exception as error:
        log.warning("The report of %s could not be written: %s: %s", folder, type(error).__name__, error)
        log.debug("Traceback of the report", exc_info=True)
        return None
    terminal.messages.print(f"Report: {path}", style="dim", markup=False)
    return path
