"""Published figures beside ours: each with our figure, its interval, and whether it lies inside."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from components.metrics import compare_counts
from experiments.console import estimate_of, finite, heading, interval, number, p_text, place_of, verdict_text
from experiments.runs import Record
from experiments.summary.axes import published_for, sweep_axes, words_of

COLUMNS = ("published", "id", "run", "metric", "figure", "value", "low", "high", "n", "place")


def published_beside_ours(records: Sequence[Record], published: Mapping[str, Any]) -> pd.DataFrame:
    """One row a published figure and run of the same components that measured it too.

    Args:
        records: The runs; those that are not done are passed over.
        published: As the configuration key of this name.

    Returns:
        Columns published (name of the published row), id and run (its settings on the axes of the sweep), metric,
        figure (as published), value, low, high, n (ours), and place: where the published figure, as it is rounded,
        lies against our interval: inside, above or below.
    """
    columns = sweep_axes(records)
    rows = []
    for record in records:
        row = published_for(record, published) if record.status == "done" else None
        words = words_of(record)
        for metric, figure in (row["metrics"] if row else {}).items():
            estimate = estimate_of(record.metrics, metric)
            value, low, high = (finite(estimate.get(key)) for key in ("value", "low", "high"))
            if row is not None and value is not None:
                label = " · ".join(words[key] for key in columns if words.get(key))
                place = place_of(figure, low, high)
                rows.append((row["name"], record.id, label, metric, figure, value, low, high, estimate["n"], place))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def published_table(records: Sequence[Record], published: Mapping[str, Any]) -> Table | None:
    """The same for the terminal; None where nothing published stands beside a run."""
    beside = published_beside_ours(records, published)
    if beside.empty:
        return None
    inside = int((beside["place"] == "inside").sum())
    table = Table(
        title="published beside ours",
        caption=f"{inside} of {len(beside)} published figures lie inside our 95 % interval; other photos and another "
        "protocol are no test of them",
        title_justify="left",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    table.add_column("published\n  our run", overflow="fold")
    for column in ("metric", "published", "ours", "interval", "published is"):
        table.add_column(column, justify="right" if column in {"published", "ours"} else "left", no_wrap=True)
    for (name, _, run), rows in beside.groupby(["published", "id", "run"], sort=False):
        labels = [str(name), *([f"  {run}"] if run else [])]
        for index, row in enumerate(rows.to_dict("records")):
            words = "inside" if row["place"] == "inside" else f"outside, {row['place']}" if row["place"] else ""
            table.add_row(
                labels[index] if index < len(labels) else "",
                heading(str(row["metric"])),
                number(row["figure"]),
                number(row["value"]),
                interval(row["low"], row["high"]),
                Text(words, style="green" if words == "inside" else "yellow"),
                end_section=index == len(rows) - 1,
            )
    return table


def published_counts(published: Mapping[str, Any]) -> list[Text]:
    """What counts that were published say by themselves: `counts` of `published`, [{names, right, of}, ...]."""
    lines = []
    for one in published.get("counts", ()):
        (first, second), (right_of_first, right_of_second) = one["names"], one["right"]
        found = compare_counts(right_of_first, right_of_second, one["of"])
        counted = f"{right_of_second} and {right_of_first} of {one['of']}"
        line = Text(f"published counts: {second} beside {first} ({counted}): ")
        line.append(verdict_text(found.verdict) if found.verdict != "depends" else Text("undecided"))
        lines.append(line.append(f", p {p_text(found.p_low)} or more whichever photos they were"))
    return lines
