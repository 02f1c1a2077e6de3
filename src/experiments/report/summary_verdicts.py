"""Verdicts of a sweep, read back from its `summary.csv`."""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from components.errors import DataError
from experiments.console import difference_text, heading, p_text
from experiments.summary import FILE

COLUMNS = ("verdict", "difference", "difference_low", "difference_high", "p_adjusted")


@dataclass(frozen=True)
class VerdictWords:
    """What a run comes to beside another: verdict, difference with its interval and p value in words; id and metric.

    `beside` is the id of the other; it and the metric are "" where the file does not say. `also` are verdicts on
    further metrics.
    """

    verdict: str
    difference: float | None
    words: str
    p: str
    beside: str = ""
    metric: str = ""
    also: tuple["VerdictWords", ...] = ()

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
    beside, metric = (str(row[key]) if isinstance(row.get(key), str) else "" for key in ("beside", "verdict_metric"))
    starts = f"{COLUMNS[0]}_"
    further = [name.removeprefix(starts) for name in row if name.startswith(starts) and name != "verdict_metric"]
    also = tuple(_in_metric(row, one, f"_{one}") for one in further if isinstance(row[starts + one], str))
    return replace(_in_metric(row, metric), beside=beside, also=also)


def _in_metric(row: dict[Any, Any], metric: str, ending: str = "") -> VerdictWords:
    verdict, *numbers = (row[name + ending] for name in COLUMNS)
    difference, low, high, p = (float(one) for one in numbers)
    if math.isnan(difference):
        return VerdictWords(str(verdict), None, "", "")
    return VerdictWords(str(verdict), difference, difference_text(difference, low, high), p_text(p), metric=metric)
