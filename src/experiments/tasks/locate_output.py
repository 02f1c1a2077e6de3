"""What a check of coordinates says on the terminal."""

from collections.abc import Mapping

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from components.metrics import Estimate
from experiments.console import metrics_table

WORDS = ("consistent", "doubtful", "contradicted", "no evidence")
NAMED = 8


def show(table: pd.DataFrame, metrics: Mapping[str, Estimate]) -> None:
    """Print how many claims came to which verdict, the figures, and the claims that are contradicted most."""
    console = Console(highlight=False)
    counts = Table(title="claimed coordinates", title_justify="left")
    for heading in ("verdict", "claims", "median metres", "moved on purpose", "barred by the spacing rule"):
        counts.add_column(heading, justify="left" if heading == "verdict" else "right")
    for word in WORDS:
        rows = table[table["verdict"] == word]
        metres = f"{rows['metres'].median():,.0f}" if rows["metres"].notna().any() else "–"
        moved, barred = int((rows["moved_metres"] > 0).sum()), int((rows["barred_by"] != "").sum())
        counts.add_row(word, str(len(rows)), metres, str(moved), str(barred))
    console.print(counts)
    console.print(metrics_table("figures", metrics))
    worst = table[table["verdict"] == "contradicted"].sort_values("metres", ascending=False)
    for _, row in worst.head(NAMED).iterrows():
        console.print(f"[red]●[/] {escape(row['path'])}: {row['metres']:,.0f} m (expected up to "
                      f"{row['expected_metres']:.0f} m)", soft_wrap=True)  # fmt: skip
    if len(worst) > NAMED:
        console.print(f"  [dim]and {len(worst) - NAMED:,} more, all of them in locations.csv[/]")
