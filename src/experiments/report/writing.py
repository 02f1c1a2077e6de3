"""`report.html`, kept below its size limit and written whole or not at all."""

from pathlib import Path

from components.storage import atomic_path
from experiments.console import Steps
from experiments.report.html import page_html
from experiments.report.images import Reduction, reduce_figures
from experiments.report.page import page_of
from experiments.report.sweep_file import read_sweep
from experiments.summary import SweepTable

FILE = "report.html"

LIMIT = 10_000_000
"""Largest size of a report in bytes, as far as making its figures smaller can reach it."""

TAG_BYTES = 300
"""Bytes of the tags around a figure."""


def write_report(folder: Path, table: SweepTable | None = None) -> Path:
    """Write the report of the last sweep in an experiment's folder and return its path.

    Args:
        folder: Folder of the experiment.
        table: The table of the sweep, if it was computed already; None: it is computed from the records.

    Raises:
        DataError: If the folder has no runs.
    """
    page = page_of(read_sweep(folder), table)
    files = [figure.file for figure in [*page.figures, *(figure for run in page.runs for figure in run.figures)]]
    size_without_figures = len(page_html(page, Reduction({}, {}, None, 0)).encode("utf-8"))
    budget = max(0, LIMIT - size_without_figures - TAG_BYTES * len(files))
    with Steps("figures of the report", len(files)) as steps:
        reduction = reduce_figures(files, budget, lambda: steps.step(""))
    with atomic_path(folder / FILE) as path:
        path.write_text(page_html(page, reduction), encoding="utf-8")
    return folder / FILE
