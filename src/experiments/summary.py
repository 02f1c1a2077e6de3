"""The table of a sweep: `summary.csv`, and the same on the terminal beside published figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from components.storage import atomic_path
from experiments.record import Record
from experiments.verdict_words import difference_text, verdict_text

if TYPE_CHECKING:
    from experiments.sweep_verdicts import SweepVerdicts

FILE = "summary.csv"

HEADINGS = {
    "accuracy": "accuracy",
    "precision_weighted": "P",
    "recall_weighted": "R",
    "f1_weighted": "F1",
    "kappa": "κ",
    "auc_ovo": "AUC OvO",
    "auc_ovr": "AUC OvR",
}
"""Metrics that the terminal shows, in the thesis's order; `summary.csv` holds all."""


def summarise(
    records: Sequence[Record],
    folder: Path,
    published: Mapping[str, Any],
    baseline: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Write `summary.csv` into `folder`, print the table, and return it: one row a run, then the published rows.

    `baseline` says which run the others are held against (`experiments.sweep_verdicts`).
    """
    from experiments.sweep_verdicts import sweep_verdicts

    verdicts = sweep_verdicts(records, folder, baseline)
    table = tabulate(records, published, verdicts)
    with atomic_path(folder / FILE) as path:
        table.to_csv(path, index=False)
    Console().print(render(records, published, verdicts))
    for record in records:
        if record.status != "done":
            reason = record.error or "killed; the same command goes on with it"
            Console().print(Text(f"{record.status}: {' '.join(record.overrides)}: {reason}", style="red"))
    Console(stderr=True, highlight=False).print(f"[dim]All metrics with their intervals: {folder / FILE}[/]")
    return table


def axes(records: Sequence[Record]) -> list[str]:
    """Keys of the overrides in which the runs differ, in the order of the command line."""
    values: dict[str, set[str]] = {}
    for record in records:
        for key in words_of(record):
            values.setdefault(key, set())
    for record in records:
        words = words_of(record)
        for key, seen in values.items():
            seen.add(words.get(key, ""))
    return [key for key, seen in values.items() if len(seen) > 1]


def words_of(record: Record) -> dict[str, str]:
    """The overrides of a run as a mapping."""
    return dict(word.lstrip("+~").split("=", 1) for word in record.overrides if "=" in word)


def published_for(record: Record, published: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The published row that speaks of the same components as the run, if there is one."""
    for row in published.get("rows", ()):
        wanted = {group: one if isinstance(one, list) else [one] for group, one in row["when"].items()}
        if all(record.choices.get(group) in options for group, options in wanted.items()):
            found: Mapping[str, Any] = row
            return found
    return None


def tabulate(
    records: Sequence[Record], published: Mapping[str, Any], verdicts: SweepVerdicts | None = None
) -> pd.DataFrame:
    """One row a run: its axes, its verdict, all its metrics (value, low, high); each followed by its published row."""
    rows: list[dict[str, Any]] = []
    columns = axes(records)
    for record in records:
        words = words_of(record)
        row: dict[str, Any] = {"source": "hito", "id": record.id, "status": record.status}
        row |= {key: words.get(key, "") for key in columns}
        row |= verdict_columns(record, verdicts)
        for name, estimate in record.metrics.items():
            row |= {name: estimate["value"], f"{name}_low": estimate["low"], f"{name}_high": estimate["high"]}
        sizes = [(estimate["n"], len(estimate["values"])) for estimate in record.metrics.values()]
        row |= {"n": sizes[0][0], "replicates": sizes[0][1]} if sizes else {}
        row |= {"protocol": record.protocol, "data": record.data.get("origin", ""), "seconds": record.seconds}
        row |= {"error": record.error or ""}
        rows.append(row)
        if row_of := published_for(record, published):
            same = {key: words.get(key, "") for key in columns}
            rows.append({"source": published["source"], "status": "published"} | same | dict(row_of["metrics"]))
    return pd.DataFrame(rows)


def verdict_columns(record: Record, verdicts: SweepVerdicts | None) -> dict[str, Any]:
    """The run beside the baseline, for `summary.csv`; nothing where the sweep has no verdicts."""
    if verdicts is None:
        return {}
    one = verdicts.verdicts.get(record.id)
    if one is None:
        return {"verdict": "baseline" if record.id == verdicts.baseline.id else ""}
    interval = {"difference": one.difference, "difference_low": one.low, "difference_high": one.high}
    return {"verdict": one.verdict, **interval, "p_adjusted": one.p_adjusted}


def render(records: Sequence[Record], published: Mapping[str, Any], verdicts: SweepVerdicts | None = None) -> Table:
    """The table for the terminal: value with its interval below, the published figure beneath, dimmed."""
    columns = axes(records)
    shown = [name for name in HEADINGS if any(name in record.metrics for record in records)]
    if "recall_weighted" in shown and "accuracy" in shown:
        shown.remove("accuracy")  # the same number
    table = Table(
        title=title(records),
        caption=caption(records, published, verdicts),
        title_justify="left",
        caption_justify="left",
    )
    for key in columns or ["run"]:
        table.add_column(key.rpartition("/")[2], overflow="fold")
    for name in shown:
        table.add_column(HEADINGS[name], justify="right", no_wrap=True)
    if verdicts:
        table.add_column("verdict", no_wrap=True)
    table.add_column("s", justify="right")
    for record in records:
        words = words_of(record)
        labels: list[Text | str] = [words.get(key, "") for key in columns]
        labels = labels or [record.choices.get("backbone", record.task)]
        beside = published_for(record, published)
        if record.status != "done":
            table.add_row(
                *labels,
                *([Text("–", style="red")] * (len(shown) + bool(verdicts))),
                Text(record.status, style="red"),
                end_section=True,
            )
            continue
        cells = [cell(record.metrics.get(name)) for name in shown]
        cells += [verdict_cell(record, verdicts)] if verdicts else []
        table.add_row(*labels, *cells, f"{record.seconds:.0f}", end_section=beside is None)
        if beside:
            figures = [figure(beside["metrics"].get(name)) for name in shown]
            beneath = Text(f"thesis: {beside['name']}", style="dim italic")
            spare = [""] * (1 + bool(verdicts))
            table.add_row(beneath, *([""] * (len(labels) - 1)), *figures, *spare, end_section=True)
    return table


def cell(estimate: Mapping[str, Any] | None) -> Text:
    """A value and, below it, its interval."""
    if estimate is None or estimate["value"] is None:
        return Text("–")
    text = Text(f"{estimate['value']:.3f}", style="bold")
    if estimate["low"] is not None and estimate["high"] is not None:
        text.append(f"\n{short(estimate['low'])}–{short(estimate['high'])}", style="not bold dim")
    return text


def verdict_cell(record: Record, verdicts: SweepVerdicts) -> Text:
    """The verdict and, below it, the difference with its interval."""
    if record.id == verdicts.baseline.id:
        return Text("baseline", style="bold")
    if record.id not in verdicts.verdicts:
        return Text("–")
    one = verdicts.verdicts[record.id]
    return verdict_text(one.verdict).append(
        f"\n{difference_text(one.difference, one.low, one.high)}", style="not bold dim"
    )


def short(value: float) -> str:
    """A figure between 0 and 1 without its leading zero."""
    return f"{value:.2f}".removeprefix("0") if 0 <= value < 1 else f"{value:.2f}"


def figure(value: float | None) -> Text:
    """A published figure."""
    return Text("" if value is None else f"{value:.3f}", style="dim italic")


def title(records: Sequence[Record]) -> str:
    """Experiment and data."""
    origins = sorted({str(record.data.get("origin", "")) for record in records} - {""})
    return " · ".join([records[0].experiment, *origins]) if records else ""


def caption(records: Sequence[Record], published: Mapping[str, Any], verdicts: SweepVerdicts | None = None) -> str:
    """What protocol the figures are of, and what stands beside them."""
    protocols = sorted({record.protocol for record in records} - {""})
    lines = [*protocols, "below each figure its 95 % interval"]
    if verdicts and verdicts.verdicts:
        compared = list(verdicts.verdicts.values())
        lines.append(f"verdict: {compared[0].metric} less the baseline's, at 5 %{holm_words(len(compared))}")
        if all(one.replicates == (1, 1) for one in compared):
            lines.append("one replicate each: the verdicts are about these models, other seeds may end otherwise")
    if published.get("source"):
        lines.append(f"in italics: {published['source']}")
    return "\n".join(lines)


def holm_words(comparisons: int) -> str:
    """That a verdict is one of several, and was judged so."""
    return f" after Holm's correction for {comparisons} comparisons" if comparisons > 1 else ""
