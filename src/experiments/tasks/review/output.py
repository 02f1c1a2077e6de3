"""Figure and terminal output of the task `review`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console
from rich.markup import escape

from components import figures
from components.metrics import Estimate
from components.review import Calibration
from components.wording import counted, shortened
from experiments.console import metrics_table, plain_table
from experiments.tasks.review.finding import Finding, suspicions_of

COLOURS = {"accept": "green", "ask": "yellow", "reject": "red"}
"""Terminal colour of each recommendation."""

MAX_LISTED = 8
"""Largest number of rejected proposals that are listed."""


def draw(
    folder: Path,
    table: pd.DataFrame,
    findings: Sequence[Finding],
    calibration: Calibration | None,
    rows: NDArray[np.int64],
    subtitle: str,
) -> list[str]:
    """Draw the probabilities of the checks and the recommendations (decisions.png); nothing without calibration.

    Returns a note if the figure could not be drawn.

    Args:
        folder: Folder of the figures.
        table: `review_table` of the rows.
        findings: Findings for all proposals.
        calibration: Curves and thresholds.
        rows: Rows of the proposals in the table.
        subtitle: Subtitle of the figure.
    """
    if calibration is None:
        return []
    by_check = calibration.probabilities(suspicions_of(findings))
    probabilities = {check: of_check[rows] for check, of_check in by_check.items()}
    faults = table["planted_fault"].to_numpy() if "planted_fault" in table else None
    acceptable = table["acceptable"].to_numpy()
    thresholds = calibration.accept, calibration.reject
    return figures.save_figures(
        folder,
        {
            "decisions": lambda: figures.review_decisions(
                acceptable, probabilities, faults, *thresholds, subtitle=subtitle
            )
        },
    )


def show(table: pd.DataFrame, metrics: Mapping[str, Estimate], calibration: Calibration | None) -> None:
    """Print the number of proposals by recommendation and injected fault, the metrics, and rejected proposals."""
    console = Console(highlight=False)
    has_faults = "planted_fault" in table
    counts = plain_table("recommendations")
    counts.add_column("injected fault" if has_faults else "")
    for recommendation, colour in COLOURS.items():
        counts.add_column(recommendation, justify="right", style=colour)
    for fault in sorted(set(table["planted_fault"])) if has_faults else [None]:
        rows = table if fault is None else table[table["planted_fault"] == fault]
        cells = [str(int((rows["recommendation"] == recommendation).sum())) for recommendation in COLOURS]
        counts.add_row("all" if fault is None else fault or "none", *cells)
    console.print(counts)
    if calibration:
        console.print(f"[dim]{_thresholds(calibration)}[/]", soft_wrap=True)
    if metrics:
        console.print(metrics_table("metrics", metrics))
    rejected = table[table["recommendation"] == "reject"]
    lines = [f"[red]●[/] {escape(str(row['path']))}: {escape(str(row['reasons']))}" for _, row in rejected.iterrows()]
    for line in shortened(lines, MAX_LISTED, where="all of them in review.csv"):
        console.print(line, soft_wrap=True)


def _thresholds(calibration: Calibration) -> str:
    accepted = f"accepted from {calibration.accept:.3f} on" if np.isfinite(calibration.accept) else "none is accepted"
    rejected = f"rejected up to {1 - calibration.reject:.3f}" if np.isfinite(calibration.reject) else "none is rejected"
    return (
        f"probability of being acceptable: {accepted}, {rejected}; at most {calibration.max_error_rate:.0%} wrong, "
        f"calibrated on {counted(calibration.n, 'proposal')}"
    )
