"""The table of a run's figures on the terminal, as all tasks print it."""

from collections.abc import Iterable, Mapping

from rich.table import Table

from components.metrics import Estimate
from experiments.console.metric_names import heading


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
    table = Table(title=title, title_justify="left", caption=f"95 % intervals {over}".rstrip(), caption_justify="left")
    table.add_column("metric")
    table.add_column("value", justify="right", style="bold")
    table.add_column("interval", justify="right", style="dim")
    table.add_column("n", justify="right")
    for name in metrics if shown is None else shown:
        if name in metrics:
            one = metrics[name]
            table.add_row(heading(name), f"{one.value:.3f}", f"{one.low:.3f}–{one.high:.3f}", str(one.n))
    return table
