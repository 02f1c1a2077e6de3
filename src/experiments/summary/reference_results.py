"""Published results next to the runs' own: both values, the interval of ours, and whether it contains theirs."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich.table import Table
from rich.text import Text

from components.metrics import compare_counts
from experiments.console import (
    estimate_of,
    finite,
    heading,
    interval,
    interval_position,
    number,
    p_text,
    plain_table,
    verdict_text,
)
from experiments.summary.sweep_table import SweepTable

COLUMNS = ("published", "id", "run", "metric", "figure", "value", "low", "high", "n", "place")


def compare_with_reference(table: SweepTable) -> pd.DataFrame:
    """Return one row for each published value and finished run of the same components that measured it too.

    Returns:
        Columns published (name of the row of the reference results), id and run (the run's settings on the axes of the
        sweep), metric, figure (the published value), value, low, high, n (of the run), and place: whether the published
        value, as it is rounded, lies inside, above or below the interval of the run.
    """
    rows = []
    for row in table.rows:
        reference = row.reference_result if row.record.status == "done" else None
        if reference is None:
            continue
        for metric, published in reference["metrics"].items():
            estimate = estimate_of(row.record.metrics, metric)
            value, low, high = (finite(estimate.get(key)) for key in ("value", "low", "high"))
            if value is not None:
                own = (value, low, high, estimate["n"], interval_position(published, low, high))
                rows.append((reference["name"], row.record.id, row.label, metric, published, *own))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def reference_table(table: SweepTable) -> Table | None:
    """Return `compare_with_reference` as a table for the terminal; None if it has no rows."""
    compared = compare_with_reference(table)
    if compared.empty:
        return None
    inside = int((compared["place"] == "inside").sum())
    shown = plain_table(
        "published results and ours",
        caption=f"{inside} of {len(compared)} published values lie inside our 95 % interval; photos and protocol "
        "differ, so this is no test of them",
    )
    shown.add_column("published\n  our run", overflow="fold")
    for column in ("metric", "published", "ours", "interval", "published is"):
        shown.add_column(column, justify="right" if column in {"published", "ours"} else "left", no_wrap=True)
    for (name, _, run), rows in compared.groupby(["published", "id", "run"], sort=False):
        labels = [str(name), *([f"  {run}"] if run else [])]
        for index, row in enumerate(rows.to_dict("records")):
            words = "inside" if row["place"] == "inside" else f"outside, {row['place']}" if row["place"] else ""
            shown.add_row(
                labels[index] if index < len(labels) else "",
                heading(str(row["metric"])),
                number(row["figure"]),
                number(row["value"]),
                interval(row["low"], row["high"]),
                Text(words, style="green" if words == "inside" else "yellow"),
                end_section=index == len(rows) - 1,
            )
    return shown


def count_verdicts(reference_results: Mapping[str, Any]) -> list[Text]:
    """Return a line for each pair of published counts (`counts`): whether they tell the two methods apart."""
    lines = []
    for counts in reference_results.get("counts", ()):
        (first, second), (right_of_first, right_of_second) = counts["names"], counts["right"]
        found = compare_counts(right_of_first, right_of_second, counts["of"])
        of = f"{right_of_second} and {right_of_first} of {counts['of']}"
        line = Text(f"published counts: {second} compared with {first} ({of}): ")
        line.append(verdict_text(found.verdict) if found.verdict != "depends" else Text("undecided"))
        lines.append(line.append(f", p at least {p_text(found.p_low)} whichever photos were right"))
    return lines
