"""The tables of `hito compare`: the verdicts, and how the configurations differ."""

from collections.abc import Mapping, Sequence

import pandas as pd
from rich.console import Group
from rich.table import Table
from rich.text import Text

from components.metrics import LOWER_IS_BETTER
from components.wording import counted
from experiments.console import difference_text, number, p_text, plain_table, verdict_text
from experiments.runs import Record, label_of
from experiments.summary import configuration_difference


def render(table: pd.DataFrame, records: Mapping[str, Record], total: int, unit: str) -> Group:
    """Return the verdicts with the differences of the configurations below them, for a terminal of 80 columns.

    Args:
        table: From `components.metrics.verdict_table`.
        records: The runs by id, the baseline first.
        total: Number of items that the baseline was measured on.
        unit: What these items are: "test photos".
    """
    return Group(_verdicts(table, records, total, unit), "", _differences(records))


def _verdicts(table: pd.DataFrame, records: Mapping[str, Record], total: int, unit: str) -> Table:
    baseline, *others = records.values()
    metrics = list(dict.fromkeys(table["metric"]))
    first = table[table["run"] == others[0].id].set_index("metric")
    shown = plain_table(
        f"{metrics[0] if len(metrics) == 1 else 'metrics'} compared with {_label(baseline)} ({baseline.id})",
        caption=_caption(table, total, unit, seeds=any(record.has_seeds for record in records.values())),
        show_lines=True,
    )
    shown.add_column("run\n", overflow="fold")
    if len(metrics) > 1:
        shown.add_column("metric\n", no_wrap=True)
    shown.add_column("value\n", justify="right", no_wrap=True)
    shown.add_column("verdict\ndifference", no_wrap=True)
    shown.add_column("p\nadjusted", justify="right", no_wrap=True)
    shown.add_column("n\nR", justify="right", no_wrap=True)
    for metric in metrics:
        sizes = f"{total}\n{first.loc[metric, 'baseline_replicates']}"
        cells = ["baseline", "", sizes] if metric == metrics[0] else ["", "", ""]
        _add_row(shown, baseline, metric, metrics, number(float(first.loc[metric, "baseline"])), *cells)
    for record in others:
        for _, row in table[table["run"] == record.id].iterrows():
            difference = difference_text(row["difference"], row["low"], row["high"])
            verdict = verdict_text(row["verdict"]).append(f"\n{difference}", style="not bold default")
            p = f"{p_text(row['p'])}\n{p_text(row['p_adjusted'])}"
            sizes = f"{row['n']}\n{row['replicates']}" if row["metric"] == metrics[0] else ""
            _add_row(shown, record, row["metric"], metrics, number(float(row["value"])), verdict, p, sizes)
    return shown


def _differences(records: Mapping[str, Record]) -> Table:
    baseline, *others = records.values()
    differing = plain_table("differences from the baseline", show_lines=True)
    differing.add_column("run")
    differing.add_column("configuration", overflow="fold")
    for record in others:
        lines = configuration_difference(baseline, record)
        differing.add_row(_label_and_id(record), Text("\n".join(lines) or "none"))
    return differing


def _add_row(table: Table, record: Record, metric: str, metrics: Sequence[str], *cells: str | Text) -> None:
    """Add the row of a run and a metric; the first row of a run shows its label, several metrics show their names."""
    label = _label_and_id(record) if metric == metrics[0] else Text()
    table.add_row(label, *([metric] if len(metrics) > 1 else []), *cells, end_section=metric == metrics[-1])


def _caption(table: pd.DataFrame, total: int, unit: str, *, seeds: bool) -> str:
    """Return what the columns are, and what the comparison cannot show."""
    lines = [
        f"difference from the baseline with its 95 % interval; n: {unit} that both share; R: replicates",
        "verdict at 5 %, by p"
        + (f" adjusted for {counted(len(table), 'comparison')} (Holm)" if len(table) > 1 else ""),
    ]
    lower = [metric for metric in dict.fromkeys(table["metric"]) if metric in LOWER_IS_BETTER]
    if lower:
        lines.append(f"{', '.join(lower)}: lower is better")
    if seeds and table["baseline_replicates"].max() == 1 and table["replicates"].min() == 1:
        lines.append("one replicate each: the verdict is on these trained models; another seed may give another")
    elif seeds and table[["baseline_replicates", "replicates"]].min(axis=None) == 1:
        lines.append("a run with one replicate is assumed to vary with its seed as much as the other one")
    if (table["n"] < total).any():
        lines.append(f"the baseline has {total} {unit}; n of them are shared by the other run")
    return "\n".join(lines)


def _label_and_id(record: Record) -> Text:
    return Text(_label(record)).append(f"\n{record.id}", style="dim")


def _label(record: Record) -> str:
    return label_of(record)
