"""Tables on the terminal, all in one style."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from components.metrics import Estimate
from experiments.console.metric_names import heading
from experiments.console.numbers import interval, number

VERDICT_STYLES = {"better": "bold green", "worse": "bold red", "indistinguishable": "yellow"}


def plain_table(title: str | Text = "", *, caption: str | None = None, **options: Any) -> Table:
    """Return an empty table in the style of all tables on the terminal: a rule below the headings, no frame.

    Args:
        title: Above the table, on the left.
        caption: Below the table, on the left.
        **options: Further arguments of `rich.table.Table`.
    """
    style: dict[str, Any] = {"box": box.SIMPLE_HEAD, "padding": (0, 1, 0, 0)}
    return Table(
        title=title or None, title_justify="left", caption=caption, caption_justify="left", **(style | options)
    )


def metrics_table(
    title: str, metrics: Mapping[str, Estimate], shown: Iterable[str] | None = None, *, over: str = ""
) -> Table:
    """Return a table of metrics, each with its 95 % interval and the number of items it was measured on.

    Args:
        title: Above the table.
        metrics: Estimates by the name of the metric.
        shown: Names of the metrics to show, in this order; names without an estimate are skipped. None: all metrics.
        over: What was resampled for the intervals, for the caption: "over objects".
    """
    table = plain_table(title, caption=f"95 % intervals {over}".rstrip())
    table.add_column("metric")
    table.add_column("value", justify="right", style="bold")
    table.add_column("interval", justify="right", style="dim")
    table.add_column("n", justify="right")
    for name in metrics if shown is None else shown:
        if name in metrics:
            estimate = metrics[name]
            ends = interval(estimate.low, estimate.high)
            table.add_row(heading(name), number(estimate.value), ends, str(estimate.n))
    return table


def verdict_text(verdict: str) -> Text:
    """Return the verdict (better, worse, indistinguishable) in its color."""
    return Text(verdict, style=VERDICT_STYLES[verdict])
