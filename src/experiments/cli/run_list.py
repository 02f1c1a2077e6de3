"""The list of stored runs: a table per experiment that shows only how its runs differ; failures in one line each."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from components.errors import ConfigError
from components.wording import counted, did_you_mean
from experiments.config import flatten
from experiments.console import heading, interval, number, numbers, plain_table
from experiments.runs import StoredRun, describe, describe_overrides
from experiments.summary import overrides_of, sweep_axes

STYLES = {"done": "green", "failed": "red", "killed": "yellow", "running": "bold cyan", "pruned": "yellow"}

MAIN_METRICS = ("accuracy", "ari", "map", "average_precision", "auroc")
"""Metrics that stand for a run, the first that it has; a run without any of them shows its first metric."""

SORTED_BY = ("started", "duration", "metric", "id")
"""Values of `sort` besides keys of the configuration."""

NAMED_FAILURES = 3
"""Ids of failed runs that are named per error."""


def run_list(
    runs: Sequence[StoredRun],
    filters: Mapping[str, str],
    *,
    sort: str = "started",
    limit: int | None = None,
    fold_failures: bool = True,
) -> RenderableType:
    """Return the runs as one table per experiment.

    The line above a table has the overrides that all its runs share, a row only those in which they differ.

    Args:
        runs: To list.
        filters: By which they were chosen.
        sort: What rows are sorted by: started, duration, metric (best first), id, or a key of the configuration.
        limit: Largest number of rows, the last ones by `sort`; None for all.
        fold_failures: Whether failed runs are gathered in one line per error, below the table.

    Raises:
        ConfigError: No run has the key that is to be sorted by.
    """
    if not runs:
        words = " ".join(f"{key}={value}" for key, value in filters.items())
        return Text(f"No run has {words}." if words else "There are no runs yet.")
    by_experiment = {
        experiment: list(group)
        for experiment, group in groupby(
            sorted(runs, key=lambda run: run.record.experiment), key=lambda run: run.record.experiment
        )
    }
    parts: list[RenderableType] = []
    hidden, room = 0, limit
    for experiment, group in by_experiment.items():
        rows = [run for run in group if not (fold_failures and run.status == "failed")]
        rows = _sorted(rows, sort)
        shown = rows if room is None else rows[max(0, len(rows) - room) :] if room else []
        hidden += len(rows) - len(shown)
        room = None if room is None else room - len(shown)
        parts.append(_title(experiment, group, shown or group))
        parts += [_table(shown)] if shown else []
        parts += [*(_failures(group) if fold_failures else ()), Text()]
    counts = ", ".join(f"{count} {status}" for status, count in _counts(runs).items())
    more = f"; {counted(hidden, 'row')} not shown: limit=all" if hidden else ""
    return Group(*parts, Text(f"{counts}{more}", style="dim italic"))


def main_metric(run: StoredRun) -> str:
    """Return the name of the metric that stands for a run; "" if it has no metrics."""
    metrics = run.record.metrics
    return next((metric for metric in (*MAIN_METRICS, *metrics) if metric in metrics), "")


def status_text(run: StoredRun) -> Text:
    """Return the status of a run in its colour."""
    return Text(run.status, style=STYLES.get(run.status, ""))


def _counts(runs: Sequence[StoredRun]) -> dict[str, int]:
    statuses = [run.status for run in runs]
    return {status: statuses.count(status) for status in STYLES if status in statuses}


def _sorted(runs: Sequence[StoredRun], sort: str) -> list[StoredRun]:
    if sort == "started":
        return sorted(runs, key=lambda run: run.record.started)
    if sort == "duration":
        return sorted(runs, key=lambda run: run.record.seconds)
    if sort == "id":
        return sorted(runs, key=lambda run: run.record.id)
    if sort == "metric":
        return sorted(runs, key=_metric_value, reverse=True)
    values = [flatten(run.record.config) | dict(run.record.choices) for run in runs]
    known = sorted({key for one in values for key in one})
    if runs and sort not in known:
        hint = did_you_mean(sort, [*SORTED_BY, *known])
        raise ConfigError(f"sort={sort}: no run has this key.{hint} Others: {', '.join(SORTED_BY)}")
    order = sorted(range(len(runs)), key=lambda row: _sort_key(values[row].get(sort)))
    return [runs[row] for row in order]


def _metric_value(run: StoredRun) -> float:
    name = main_metric(run)
    value = run.record.metrics[name]["value"] if name else None
    return float("-inf") if value is None else float(value)


def _sort_key(value: object) -> tuple[int, float, str]:
    """Numbers before texts, both before missing values."""
    if isinstance(value, int | float):
        return 0, float(value), ""
    return (2, 0.0, "") if value is None else (1, 0.0, str(value))


def _title(experiment: str, runs: Sequence[StoredRun], shown: Sequence[StoredRun]) -> Text:
    """Return the experiment, the number of its runs and the overrides that all shown runs share."""
    axes = set(sweep_axes([run.record for run in shown]))
    shared = [word for word in shown[0].record.overrides if word.partition("=")[0].lstrip("+~") not in axes]
    title = Text.assemble((experiment, "bold"), f" · {counted(len(runs), 'run')}")
    if len(shown) > 1 and (common := describe_overrides(shared)):
        title.append(f" · {common}", style="dim")
    return title


def _table(runs: Sequence[StoredRun]) -> Table:
    """Return the rows of one experiment."""
    records = [run.record for run in runs]
    axes = sweep_axes(records)
    metrics = {main_metric(run) for run in runs} - {""}
    statuses = any(run.status != "done" for run in runs)
    table = plain_table()
    table.add_column("run", no_wrap=True, style="bold")
    if axes:
        table.add_column(" · ".join(re.split(r"[/.]", key)[-1] for key in axes), overflow="fold", ratio=1)
    elif len(runs) == 1:
        table.add_column("overrides", overflow="fold", ratio=1)
    if statuses:
        table.add_column("status", no_wrap=True)
    table.add_column(heading(metrics.pop()) if len(metrics) == 1 else "metric", no_wrap=True)
    table.add_column("started", no_wrap=True, style="dim")
    table.add_column("duration", no_wrap=True, justify="right", style="dim")
    for run in runs:
        overrides = overrides_of(run.record)
        cells: list[str | Text] = [run.record.id]
        if axes:
            cells.append(Text(" · ".join(overrides.get(key, "–") for key in axes)))
        elif len(runs) == 1:
            cells.append(Text(describe(run.record)))
        if statuses:
            cells.append(status_text(run))
        name = main_metric(run)
        value = _value(run, name) if name else ""
        if name and table.columns[-3].header == "metric":
            value = f"{heading(name)} {value}"
        cells += [value, _moment(run.record.started), numbers.duration(run.record.seconds)]
        table.add_row(*cells)
    return table


def _moment(iso: str) -> str:
    """Return a time without its seconds, and without the year if it is this one."""
    text = numbers.moment(iso)
    return text.removeprefix(f"{datetime.now().astimezone().year}-")


def _value(run: StoredRun, name: str) -> str:
    estimate = run.record.metrics[name]
    limits = interval(estimate["low"], estimate["high"])
    return f"{number(estimate['value'])} [{limits}]" if limits else number(estimate["value"])


def _failures(runs: Sequence[StoredRun]) -> list[Text]:
    """Return one line per error of the failed runs, with some of their ids."""
    by_error: dict[str, list[str]] = {}
    for run in runs:
        if run.status == "failed":
            by_error.setdefault((run.record.error or "").partition("\n")[0], []).append(run.record.id)
    lines = []
    for error, ids in by_error.items():
        named = ", ".join(ids[:NAMED_FAILURES]) + (" ..." if len(ids) > NAMED_FAILURES else "")
        lines.append(Text(f"{len(ids)} failed ({named}): {error}", style="red"))
    return lines
