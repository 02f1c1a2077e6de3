"""The table of a sweep: `summary.csv`, and the same on the terminal beside published figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.console import Console

from components.storage import atomic_path
from experiments.runs import Record
from experiments.summary.axes import published_for, sweep_axes, words_of
from experiments.summary.published import published_beside_ours
from experiments.summary.terminal import render

if TYPE_CHECKING:
    from components.metrics import Verdict
    from experiments.summary.verdicts import Baseline, SweepVerdicts

FILE = "summary.csv"
PUBLISHED_FILE = "published.csv"


def summarise(
    records: Sequence[Record],
    folder: Path,
    published: Mapping[str, Any],
    baseline: Baseline | None = None,
    shown: Sequence[str] = (),
) -> pd.DataFrame:
    """Write the tables of a sweep, print them, and return the first: one row a run, then the published rows.

    `summary.csv` has all metrics, `published.csv` (where figures were published) each beside ours.

    Args:
        records: The runs.
        folder: Of the experiment.
        published: Figures to stand beside ours, as the configuration key of this name.
        baseline: What the runs are held against (`experiments.summary.verdicts`).
        shown: Metrics that the terminal shows first (`experiments.console.metric_names`).
    """
    from experiments.summary.verdicts import sweep_verdicts

    verdicts = sweep_verdicts(records, folder, baseline)
    table = tabulate(records, published, verdicts)
    with atomic_path(folder / FILE) as path:
        table.to_csv(path, index=False)
    beside = published_beside_ours(records, published)
    if len(beside):
        with atomic_path(folder / PUBLISHED_FILE) as path:
            beside.to_csv(path, index=False)
    Console().print(render(records, published, verdicts, shown))
    Console(stderr=True, highlight=False).print(f"[dim]All metrics with their intervals: {folder / FILE}[/]")
    return table


def tabulate(
    records: Sequence[Record], published: Mapping[str, Any], verdicts: SweepVerdicts | None = None
) -> pd.DataFrame:
    """One row a run: its axes, its verdict, all its metrics (value, low, high); each followed by its published row."""
    rows: list[dict[str, Any]] = []
    columns = sweep_axes(records)
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
        return {"verdict": "baseline" if record.id in {other.id for other in verdicts.baselines.values()} else ""}
    beside = {"beside": verdicts.baselines[record.id].id, "verdict_metric": one.metric}
    row = _verdict_row(one) | beside
    for metric, in_metric in verdicts.also.items():
        if record.id in in_metric:
            row |= {f"{name}_{metric}": value for name, value in _verdict_row(in_metric[record.id]).items()}
    return row


def _verdict_row(one: Verdict) -> dict[str, Any]:
    return {
        "verdict": one.verdict,
        "difference": one.difference,
        "difference_low": one.low,
        "difference_high": one.high,
        "p_adjusted": one.p_adjusted,
    }
