"""The table of a run's figures on the terminal, as all tasks print it."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from components.metrics import Estimate
from experiments.console.metric_names import heading


def plain_table(title: str | Text = "", *, caption: str | None = None, **options: Any) -> Table:
    """Return an empty table in the style of all tables on the terminal: a rule below the headings, no frame.

    Args:
        title: Above the table, on the left.
        caption: Below the table, on the left.
        **options: Others of `rich.table.Table`.
    """
    style: dict[str, Any] = {"box": box.SIMPLE_HEAD, "padding": (0, 1, 0, 0)}
    return Table(
        title=title or None, title_justify="left", caption=caption, caption_justify="left", **(style | options)
    )


def metrics_table(
    title: str, metrics: Mapping[str, Estimate], shown: Iterable[str] | None = None, *, over: str = ""
) -> Table:
    """Each metric with its 95 % interval and what it was measured on.

    Args:
        title: Above the table.
        metrics: By name.
        shown: Which of them, in this order, as far as they are there; None: all.
        over: What the intervals are over, for the line below: "over objects".
    """
    table = plain_table(title, caption=f"95 % intervals {over}".rstrip())
    table.add_column("metric")
    table.add_column("value", justify="right", style="bold")
    table.add_column("interval", justify="right", style="dim")
    table.add_column("n", justify="right")
    for name in metrics if shown is None else shown:
        if name in metrics:
            one = metrics[name]
            table.add_row(heading(name), f"{one.value:.3f}", f"{one.low:.3f}–{one.high:.3f}", str(one.n))
    return table
