"""Terminal output of the task `locate`."""

from collections.abc import Mapping

import pandas as pd
from rich.console import Console
from rich.markup import escape

from components.metrics import Estimate
from components.wording import shortened
from experiments.console import metrics_table, plain_table

VERDICTS = ("consistent", "doubtful", "contradicted")
"""Verdicts on claims with evidence."""

NO_EVIDENCE = "no evidence"
"""Verdict on the other claims."""

MAX_LISTED = 8
"""Largest number of contradicted claims that are listed."""


def show(table: pd.DataFrame, metrics: Mapping[str, Estimate]) -> None:
    """Print the number of claims by verdict, the metrics, and the contradicted claims with the largest distances.

    Args:
        table: Rows of locations.csv.
        metrics: Metrics of the run.
    """
    console = Console(highlight=False)
    counts = plain_table("claimed coordinates")
    for heading in ("verdict", "claims", "median metres", "moved on purpose", "barred by the spacing rule"):
        counts.add_column(heading, justify="left" if heading == "verdict" else "right")
    for verdict in (*VERDICTS, NO_EVIDENCE):
        rows = table[table["verdict"] == verdict]
        metres = f"{rows['metres'].median():,.0f}" if rows["metres"].notna().any() else "–"
        moved, barred = int((rows["moved_metres"] > 0).sum()), int((rows["barred_by"] != "").sum())
        counts.add_row(verdict, str(len(rows)), metres, str(moved), str(barred))
    console.print(counts)
    console.print(metrics_table("metrics", metrics))
    contradicted = table[table["verdict"] == "contradicted"].sort_values("metres", ascending=False)
    lines = [
        f"[red]●[/] {escape(row['path'])}: {row['metres']:,.0f} m (expected up to {row['expected_metres']:.0f} m)"
        for _, row in contradicted.iterrows()
    ]
    for line in shortened(lines, MAX_LISTED, where="all of them in locations.csv"):
        console.print(line, soft_wrap=True)
