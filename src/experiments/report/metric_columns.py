"""Metrics of the runs as columns: heading, scale, and one cell a run with the published figure beside ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from experiments.console import Place, estimate_of, finite, heading, headline_metrics, interval, number, place_of
from experiments.report.svg import interval_bar
from experiments.runs import Record
from experiments.summary import published_for


@dataclass(frozen=True)
class Column:
    """A metric: its name in the records, its heading, whether it is shown at first, the ends of its scale."""

    name: str
    heading: str
    shown: bool
    low: float
    high: float


@dataclass(frozen=True)
class Cell:
    """A metric of a run: figures (None where undefined), words for them, and the bar."""

    value: float | None
    low: float | None
    high: float | None
    published: float | None
    place: Place
    bar: Markup
    n: int = 0
    replicates: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The value."""
        return number(self.value)

    @property
    def interval(self) -> str:
        """Its interval."""
        return interval(self.low, self.high)

    @property
    def published_words(self) -> str:
        """The published figure."""
        return number(self.published)

    @property
    def verdict(self) -> str:
        """Inside or outside, and on which side."""
        return f"outside, {self.place}" if self.place in {"above", "below"} else self.place


def columns_of(records: Sequence[Record], published: Mapping[str, Any], shown: Sequence[str] = ()) -> list[Column]:
    """The metrics of the runs: the headline ones first (`experiments.console.metric_names`), the others behind."""
    names = dict.fromkeys(name for record in records for name in record.metrics)
    first = headline_metrics(records, shown)
    columns = []
    for name in [*first, *(one for one in names if one not in first)]:
        ends: list[float] = []
        for record in records:
            estimate = estimate_of(record.metrics, name)
            beside = published_figure(record, published, name)
            figures = [finite(estimate.get(key)) for key in ("value", "low", "high")]
            ends += [one for one in (*figures, beside) if one is not None]
        columns.append(Column(name, heading(name), name in first, min(ends, default=0.0), max(ends, default=1.0)))
    return columns


def published_figure(record: Record, published: Mapping[str, Any], name: str) -> float | None:
    """The published figure of this metric that stands beside the run, if there is one."""
    row = published_for(record, published) if record.status == "done" else None
    return finite(row["metrics"].get(name)) if row else None


def cell_of(record: Record, column: Column, published: Mapping[str, Any]) -> Cell:
    """One metric of one run."""
    estimate = estimate_of(record.metrics, column.name)
    value, low, high = (finite(estimate.get(key)) for key in ("value", "low", "high"))
    beside = published_figure(record, published, column.name)
    bar = Markup() if value is None else interval_bar(value, low, high, beside, (column.low, column.high))
    return Cell(
        value=value,
        low=low,
        high=high,
        published=beside,
        place=place_of(beside, low, high),
        bar=bar,
        n=int(estimate.get("n") or 0),
        replicates=tuple(number(one) for one in estimate.get("values") or ()),
    )
