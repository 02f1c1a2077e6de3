"""Verdicts of a sweep, read back from its `summary.csv`."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from components.errors import DataError
from experiments.headline_metrics import heading
from experiments.summary import FILE
from experiments.verdict_words import difference_text, p_text

COLUMNS = ("verdict", "difference", "difference_low", "difference_high", "p_adjusted")


@dataclass(frozen=True)
class VerdictWords:
    """What a run comes to beside another: verdict, difference with its interval and p value in words; id and metric.

    `beside` is the id of the other; it and the metric are "" where the file does not say.
    """

    verdict: str
    difference: float | None
    words: str
    p: str
    beside: str = ""
    metric: str = ""

    @property
    def heading(self) -> str:
        """What tables call the metric."""
        return heading(self.metric)


def summary_verdicts(folder: Path) -> dict[str, VerdictWords]:
    """Verdicts by run id; empty where the sweep has none.

    Raises DataError when `summary.csv` is there and cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        table = pd.read_csv(path, dtype={"id": str, "verdict": str, "beside": str})
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read ({error}): the report has no verdicts") from error
    if not {"id", *COLUMNS} <= set(table.columns):
        return {}
    rows = table[table["id"].notna() & table["verdict"].notna()]
    return {str(row["id"]): _words(row) for row in rows.to_dict("records")}


def _words(row: dict[Any, Any]) -> VerdictWords:
    difference, low, high, p = (float(row[name]) for name in COLUMNS[1:])
    if math.isnan(difference):
        return VerdictWords(str(row["verdict"]), None, "", "")
    beside, metric = (str(row[key]) if isinstance(row.get(key), str) else "" for key in ("beside", "verdict_metric"))
    return VerdictWords(
        str(row["verdict"]), difference, difference_text(difference, low, high), p_text(p), beside, metric
    )
