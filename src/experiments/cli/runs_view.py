"""How `hito runs` shows the details of one run, or a comparison of two."""

from collections.abc import Mapping
from typing import Any

from omegaconf import OmegaConf
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from components.wording import counted
from experiments.cli.run_list import status_text
from experiments.console import interval, number, numbers, plain_table
from experiments.runs import StoredRun
from experiments.summary import configuration_difference


def details(run: StoredRun) -> RenderableType:
    """Return all that is stored of a run: its record, metrics, configuration and files."""
    record = run.record
    photos = counted(int(record.data["photos"]), "photo") if "photos" in record.data else ""
    environment = record.environment
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    rows: dict[str, str | Text] = {
        "run": Text(record.id, style="bold"),
        "status": status_text(run),
        "error": Text(record.error or "", style="red"),
        "experiment": record.experiment,
        "overrides": " ".join(record.overrides),
        "started": f"{numbers.moment(record.started)}, ran for {numbers.duration(record.seconds)}",
        "protocol": record.protocol,
        "data": ", ".join(part for part in (str(record.data.get("origin", "")), photos) if part),
        "code": f"{record.code} · commit {environment.get('commit') or 'unknown'}",
        "machine": f"{environment.get('processor', '')} · Python {environment.get('python', '')}",
        "folder": str(run.folder),
    }
    for name, value in rows.items():
        if str(value):
            facts.add_row(name, value if isinstance(value, Text) else Text(value))
    for note in record.notes:
        facts.add_row("note", Text(note))
    parts: list[RenderableType] = [facts]
    if record.metrics:
        parts.append(_metrics({record.id: record.metrics}))
    parts.append(Text("\nconfiguration", style="bold"))
    parts.append(Text(OmegaConf.to_yaml(OmegaConf.create(record.config)).rstrip()))
    if record.artifacts:
        parts += [Text("\nfiles", style="bold"), Text("\n".join(record.artifacts))]
    return Group(*parts)


def comparison(before: StoredRun, after: StoredRun) -> RenderableType:
    """Return how two runs differ in configuration and environment, and their metrics side by side."""
    lines = configuration_difference(before.record, after.record)
    if not lines and before.record.id == after.record.id:
        lines = ["no differences: both are the same run"]
    elif not lines:
        lines = ["no differences in the configuration; versions of libraries may differ"]
    parts: list[RenderableType] = [Text(f"{before.record.id} → {after.record.id}", style="bold")]
    parts.append(Text("\n".join(lines)))
    old, new = before.record.environment, after.record.environment
    changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    parts += [Text(f"{key}: {old.get(key)} → {new.get(key)}", style="dim") for key in changed]
    if before.record.metrics or after.record.metrics:
        parts.append(_metrics({run.record.id: run.record.metrics for run in (before, after)}))
        parts.append(Text("`hito compare` tests whether a difference is significant", style="dim"))
    return Group(*parts)


def _metrics(metrics: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Table:
    """Return the metrics of runs, by run id, with a value and an interval per run."""
    table = plain_table()
    table.add_column("metric")
    for run in metrics:
        table.add_column(run, justify="right")
        table.add_column("95 % interval", style="dim")
    for name in dict.fromkeys(name for estimates in metrics.values() for name in estimates):
        cells = []
        for estimates in metrics.values():
            estimate = estimates.get(name, {})
            cells += [number(estimate.get("value")), interval(estimate.get("low"), estimate.get("high"))]
        table.add_row(name, *cells)
    return table
