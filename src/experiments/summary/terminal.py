"""The table of a sweep for the terminal, narrow enough for 80 columns."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from experiments.console import finite, heading, number, plain_table, short_number
from experiments.summary.reference_results import count_verdicts, reference_table
from experiments.summary.sweep_table import SweepRow, SweepTable
from experiments.summary.verdict_table import verdict_tables

REFERENCE_STYLE = "italic cyan"
HEADING_WIDTH = 10


def render(table: SweepTable) -> Group:
    """Return everything that the terminal shows of a sweep.

    The metrics of each run with their intervals and published values, published results and ours side by side, the
    verdicts, and the errors of failed runs.
    """
    parts: list[Table | Text] = [metrics_of_runs(table)]
    parts += _hidden_results(table)
    published = reference_table(table)
    if published is not None:
        parts.append(published)
    parts += verdict_tables(table)
    parts += count_verdicts(table.options.reference_results)
    for record in table.records:
        if record.status not in {"done", "pruned"}:
            reason = record.error or "killed; the same command continues it"
            parts.append(Text(f"{record.status}: {' '.join(record.overrides)}: {reason}", style="red"))
    return Group(*parts)


def metrics_of_runs(table: SweepTable) -> Table:
    """Return a block for each run: its settings, and each headline metric with its interval and published value."""
    shown = plain_table(escape(_title(table)), caption=escape(_caption(table)), padding=(0, 0), show_lines=True)
    shown.add_column("\n".join(re.split(r"[/.]", key)[-1] for key in table.axes) or "run", overflow="fold")
    for name in table.metrics:
        lines = textwrap.fill(heading(name), HEADING_WIDTH, break_long_words=False)
        shown.add_column(lines, justify="right", no_wrap=True, min_width=8)
    for row in table.rows:
        shown.add_row(*_cells(row, table.metrics))
    return shown


def _cells(row: SweepRow, metrics: Sequence[str]) -> list[Text]:
    """The run's settings and its metrics; its status if it is not done."""
    record, name = row.record, Text("\n".join(row.name_lines))
    if record.status != "done":
        style = "yellow" if record.status == "pruned" else "red"
        return [name, *[Text("" if index else record.status, style=style) for index, _ in enumerate(metrics)]]
    published: Mapping[str, Any] = {}
    if row.reference_result:
        published = row.reference_result["metrics"]
        name.append("\n" * max(1, 3 - len(row.name_lines))).append(row.reference_result["name"], style=REFERENCE_STYLE)
    height = max(2, len(row.settings))
    return [name, *(metric_cell(record.metrics.get(metric), published.get(metric), height) for metric in metrics)]


def metric_cell(estimate: Mapping[str, Any] | None, published: float | None, height: int) -> Text:
    """Return a value, its interval on the line below, and after `height` lines the published value."""
    if estimate is None or finite(estimate["value"]) is None:
        return Text("–")
    text = Text(number(estimate["value"]), style="bold")
    if finite(estimate["low"]) is not None and finite(estimate["high"]) is not None:
        text.append(f"\n{short_number(estimate['low'])}–{short_number(estimate['high'])}", style="not bold dim")
    if published is not None:
        text.append("\n" * (height - text.plain.count("\n")))
        text.append(number(published), style=f"not bold {REFERENCE_STYLE}")
    return text


def _hidden_results(table: SweepTable) -> list[Text]:
    """Say that reference results are not shown, and how to show them; [] if none are left out."""
    if not table.options.hidden_source:
        return []
    data = ",".join(sorted({record.choices.get("data", "") for record in table.records} - {""}))
    how = f"to show them, add\n'reference_results.data=[{data}]'"
    return [Text(f"Published results are of other photos ({table.options.hidden_source}): {how}", style="dim")]


def _title(table: SweepTable) -> str:
    """Experiment and data."""
    origins = sorted({str(record.data.get("origin", "")) for record in table.records} - {""})
    return "\n".join([table.experiment, *origins]) if table.rows else ""


def _caption(table: SweepTable) -> str:
    """Protocol of the runs, and what the lines of a block are."""
    protocols = sorted({record.protocol for record in table.records} - {""})
    lines = [*protocols, "below each value its 95 % interval"]
    if table.options.reference_results.get("source"):
        lines.append(f"below that, in italics: {table.options.reference_results['source']}")
    return "\n".join(lines)
