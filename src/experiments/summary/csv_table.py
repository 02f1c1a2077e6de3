"""`summary.csv`, the table of a sweep with all metrics, and `published.csv`, published values with the runs' own."""

from typing import Any

import pandas as pd

from components.metrics import Verdict
from components.storage import atomic_path
from experiments.summary.reference_results import compare_with_reference
from experiments.summary.sweep_table import SweepRow, SweepTable

FILE = "summary.csv"
REFERENCE_FILE = "published.csv"


def write_csv(table: SweepTable) -> None:
    """Write `summary.csv` into the experiment's folder, and `published.csv` if there are reference results."""
    with atomic_path(table.folder / FILE) as path:
        tabulate(table).to_csv(path, index=False)
    with_reference = compare_with_reference(table)
    if len(with_reference):
        with atomic_path(table.folder / REFERENCE_FILE) as path:
            with_reference.to_csv(path, index=False)


def tabulate(table: SweepTable) -> pd.DataFrame:
    """Return one row for each run, followed by the row of its reference result if it has one.

    Columns: source, id, status; the axes; verdict, difference and its interval, p_adjusted, reference (id of the run
    that it is compared with) and verdict_metric, if the sweep has verdicts; every metric with its interval (NAME,
    NAME_low, NAME_high); n, replicates, protocol, data, seconds, error.
    """
    rows: list[dict[str, Any]] = []
    for row in table.rows:
        record = row.record
        settings = dict(zip(table.axes, row.settings, strict=True))
        cells: dict[str, Any] = {"source": "hito", "id": record.id, "status": record.status} | settings
        if table.verdicts is not None:
            cells |= _verdict_cells(row)
        for name, estimate in record.metrics.items():
            cells |= {name: estimate["value"], f"{name}_low": estimate["low"], f"{name}_high": estimate["high"]}
        sizes = [(estimate["n"], len(estimate["values"])) for estimate in record.metrics.values()]
        cells |= {"n": sizes[0][0], "replicates": sizes[0][1]} if sizes else {}
        cells |= {"protocol": record.protocol, "data": record.data.get("origin", ""), "seconds": record.seconds}
        cells |= {"error": record.error or ""}
        rows.append(cells)
        if row.reference_result:
            source = table.options.reference_results["source"]
            rows.append({"source": source, "status": "published"} | settings | dict(row.reference_result["metrics"]))
    return pd.DataFrame(rows)


def _verdict_cells(row: SweepRow) -> dict[str, Any]:
    if row.verdict is None or row.reference is None:
        return {"verdict": "baseline" if row.is_baseline else ""}
    cells = _cells_of(row.verdict) | {"reference": row.reference.id, "verdict_metric": row.verdict.metric}
    for verdict in row.further_verdicts:
        cells |= {f"{name}_{verdict.metric}": value for name, value in _cells_of(verdict).items()}
    return cells


def _cells_of(verdict: Verdict) -> dict[str, Any]:
    return {
        "verdict": verdict.verdict,
        "difference": verdict.difference,
        "difference_low": verdict.low,
        "difference_high": verdict.high,
        "p_adjusted": verdict.p_adjusted,
    }
