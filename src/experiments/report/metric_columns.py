"""The metrics of the runs as columns: heading, scale, and a cell for each run with the published value next to ours."""

from dataclasses import dataclass

from markupsafe import Markup

from experiments.console import IntervalPosition, estimate_of, finite, heading, interval, interval_position, number
from experiments.report.svg import interval_bar
from experiments.summary import SweepRow, SweepTable


@dataclass(frozen=True)
class Column:
    """A metric.

    Attributes:
        name: Its name in the records.
        heading: What tables call it.
        shown: Whether the table shows it at first.
        low: Lower end of its scale.
        high: Upper end of its scale.
    """

    name: str
    heading: str
    shown: bool
    low: float
    high: float


@dataclass(frozen=True)
class Cell:
    """A metric of a run.

    Attributes:
        value: The metric; None if it is undefined.
        low: Lower end of its interval, if it has one.
        high: Upper end of its interval, if it has one.
        published: The published value, if there is one.
        side: Where the published value lies relative to the interval.
        bar: The value on its interval, drawn.
        n: Number of what it was measured on.
        replicates: Its value in each replicate.
    """

    value: float | None
    low: float | None
    high: float | None
    published: float | None
    side: IntervalPosition
    bar: Markup
    n: int = 0
    replicates: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The value as text."""
        return number(self.value)

    @property
    def interval(self) -> str:
        """Its interval as text."""
        return interval(self.low, self.high)

    @property
    def published_words(self) -> str:
        """The published value as text."""
        return number(self.published)

    @property
    def side_words(self) -> str:
        """Whether the published value lies inside the interval, and if not, on which side."""
        return f"outside, {self.side}" if self.side in {"above", "below"} else self.side


def columns_of(table: SweepTable) -> list[Column]:
    """Return the metrics of the runs, the headline metrics first."""
    names = dict.fromkeys(name for record in table.records for name in record.metrics)
    columns = []
    for name in [*table.metrics, *(name for name in names if name not in table.metrics)]:
        ends: list[float] = []
        for row in table.rows:
            estimate = estimate_of(row.record.metrics, name)
            values = [finite(estimate.get(key)) for key in ("value", "low", "high")]
            ends += [value for value in (*values, published_value(row, name)) if value is not None]
        shown = name in table.metrics
        columns.append(Column(name, heading(name), shown, min(ends, default=0.0), max(ends, default=1.0)))
    return columns


def published_value(row: SweepRow, metric: str) -> float | None:
    """Return the published value of this metric for the components of the run; None if there is none."""
    reference = row.reference_result if row.record.status == "done" else None
    return finite(reference["metrics"].get(metric)) if reference else None


def cell_of(row: SweepRow, column: Column) -> Cell:
    """Return one metric of one run."""
    estimate = estimate_of(row.record.metrics, column.name)
    value, low, high = (finite(estimate.get(key)) for key in ("value", "low", "high"))
    published = published_value(row, column.name)
    bar = Markup() if value is None else interval_bar(value, low, high, published, (column.low, column.high))
    return Cell(
        value=value,
        low=low,
        high=high,
        published=published,
        side=interval_position(published, low, high),
        bar=bar,
        n=int(estimate.get("n") or 0),
        replicates=tuple(number(replicate) for replicate in estimate.get("values") or ()),
    )
