"""How stored runs look on the terminal: many in a table, one with all that is known of it, two side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from omegaconf import OmegaConf
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from experiments.console import describe
from experiments.runs import StoredRun
from experiments.summary import configuration_difference

STYLES = {"done": "green", "failed": "red", "killed": "yellow", "at work": "bold cyan"}
MAIN = ("accuracy",)
"""Metrics that say most of a run, before the first that it has."""


def listing(runs: Sequence[StoredRun], filters: Mapping[str, str]) -> RenderableType:
    """One row a run, by experiment, the oldest first."""
    if not runs:
        asked = " ".join(f"{key}={value}" for key, value in filters.items())
        return Text(f"No run has {asked}." if asked else "There are no runs yet.")
    counts = {status: sum(run.status == status for run in runs) for status in STYLES}
    table = Table(
        box=box.SIMPLE_HEAD,
        caption=", ".join(f"{count} {status}" for status, count in counts.items() if count),
        caption_justify="left",
        padding=(0, 1, 0, 0),
    )
    table.add_column("run", no_wrap=True, style="bold")
    table.add_column("what it is", overflow="fold", ratio=1)
    table.add_column("status", no_wrap=True)
    table.add_column("when", no_wrap=True)
    table.add_column("seconds", justify="right", no_wrap=True)
    table.add_column("metric", no_wrap=True)
    before = ""
    for run in sorted(runs, key=lambda one: (one.record.experiment, one.record.started)):
        if run.record.experiment != before:
            if before:
                table.add_section()
            before = run.record.experiment
            table.add_row("", Text(before, style="italic"))
        status = Text(run.status, style=STYLES.get(run.status, ""))
        seconds = f"{run.record.seconds:,.1f}"
        table.add_row(run.record.id, Text(describe(run.record)), status, _when(run), seconds, main_metric(run))
    return table


def one(run: StoredRun) -> RenderableType:
    """All that is known of a run."""
    record = run.record
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    data = f"{record.data.get('origin', '')}, {record.data.get('photos', '?')} photos"
    computer = f"{record.environment.get('processor', '')} · Python {record.environment.get('python', '')}"
    rows: dict[str, str | Text] = {
        "run": Text(record.id, style="bold"),
        "status": Text(run.status, style=STYLES.get(run.status, "")),
        "why": Text(record.error or "", style="red"),
        "experiment": record.experiment,
        "asked for": Text(" ".join(record.overrides)),
        "begun": Text(f"{_when(run)}, at work for {record.seconds:,.1f} s"),
        "protocol": Text(record.protocol),
        "photos": Text(data),
        "code": Text(f"{record.code} · commit {record.environment.get('commit') or 'unknown'}"),
        "computer": Text(computer),
        "folder": Text(str(run.folder)),
    }
    for name, value in rows.items():
        if str(value):
            facts.add_row(name, value)
    for note in record.notes:
        facts.add_row("note", Text(note))
    parts: list[RenderableType] = [facts]
    if record.metrics:
        parts.append(_metrics({run.record.id: record.metrics}))
    parts.append(Text("\nconfiguration", style="bold"))
    parts.append(Text(OmegaConf.to_yaml(OmegaConf.create(record.config)).rstrip()))
    if record.artifacts:
        parts += [Text("\nfiles", style="bold"), Text("\n".join(record.artifacts))]
    return Group(*parts)


def two(before: StoredRun, after: StoredRun) -> RenderableType:
    """In what two runs differ, and their metrics side by side."""
    lines = configuration_difference(before.record, after.record)
    if not lines and before.record.id == after.record.id:
        lines = ["nothing: they are the same run"]
    names = f"{before.record.id} → {after.record.id}"
    said: list[RenderableType] = [Text(names, style="bold")]
    said.append(Text("\n".join(lines or ["nothing that the records name; the versions of libraries may differ"])))
    versions = {
        key: (before.record.environment.get(key), after.record.environment.get(key))
        for key in {**before.record.environment, **after.record.environment}
    }
    for key, (old, new) in versions.items():
        if old != new:
            said.append(Text(f"{key}: {old} → {new}", style="dim"))
    if before.record.metrics or after.record.metrics:
        said.append(_metrics({run.record.id: run.record.metrics for run in (before, after)}))
        said.append(Text("`hito compare` says whether a difference is more than chance", style="dim"))
    return Group(*said)


def main_metric(run: StoredRun) -> str:
    """The metric that says most, with its value."""
    metrics = run.record.metrics
    name = next((one for one in (*MAIN, *metrics) if one in metrics), None)
    return f"{name} {_value(metrics[name])}" if name else ""


def _metrics(metrics: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("metric")
    for run in metrics:
        table.add_column(run, justify="right")
        table.add_column("95 % interval")
    for name in dict.fromkeys(name for one in metrics.values() for name in one):
        cells = []
        for one in metrics.values():
            estimate = one.get(name)
            cells += [_value(estimate), _interval(estimate)] if estimate else ["–", ""]
        table.add_row(name, *cells)
    return table


def _value(estimate: Mapping[str, Any]) -> str:
    return "–" if estimate["value"] is None else f"{estimate['value']:.3f}"


def _interval(estimate: Mapping[str, Any]) -> str:
    if estimate["low"] is None or estimate["high"] is None:
        return ""
    return f"{estimate['low']:.3f} to {estimate['high']:.3f}"


def _when(run: StoredRun) -> str:
    try:
        return f"{datetime.fromisoformat(run.record.started):%Y-%m-%d %H:%M}"
    except ValueError:
        return ""
