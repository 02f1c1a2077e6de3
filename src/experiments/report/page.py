"""Everything that `report.html` shows, except the bytes of the figures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from experiments.report.differences import DataUsed, KeyValues, RunGroups, data_used, over_runs, run_groups
from experiments.report.metric_columns import Column, columns_of
from experiments.report.run_section import Figure, RunSection, run_sections
from experiments.report.sweep_file import Sweep
from experiments.report.views import View, views_of
from experiments.summary import SweepTable, count_verdicts, flat_texts, is_mean


@dataclass(frozen=True)
class PublishedMetric:
    """A column of a published table: its name, its heading, and its position among our columns, if it is there."""

    name: str
    heading: str
    position: int | None


@dataclass(frozen=True)
class Page:
    """What the template is filled with.

    Attributes:
        sweep: The sweep as its folder holds it.
        table: Its table.
        columns: The metrics, the headline metrics first.
        runs: A section for each run and mean.
        views: A chart of each metric over the axes.
        differing: Configuration keys that differ between runs.
        environment: Versions, processor and commit of the runs.
        data: Data of the runs.
    """

    sweep: Sweep
    table: SweepTable
    columns: tuple[Column, ...]
    runs: tuple[RunSection, ...]
    views: tuple[View, ...]
    differing: tuple[RunGroups, ...]
    environment: tuple[KeyValues, ...]
    data: tuple[DataUsed, ...]

    @property
    def axes(self) -> tuple[str, ...]:
        """Keys of the overrides in which the runs differ."""
        return self.table.axes

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read, in words."""
        return self.sweep.problems

    @property
    def figures(self) -> list[Figure]:
        """Figures of the sweep as a whole."""
        return [
            Figure(self.sweep.folder / name, Path(name).stem.replace("_", " "), quote(name))
            for name in self.sweep.figures
            if (self.sweep.folder / name).is_file()
        ]

    @property
    def published_rows(self) -> list[tuple[Mapping[str, Any], list[RunSection]]]:
        """Each row of the reference results with our finished runs of the same components."""
        rows = self.table.options.reference_results.get("rows", ())
        return [(row, [run for run in self.runs if run.reference_result is row]) for row in rows]

    @property
    def published_source(self) -> str:
        """Where the reference results were published."""
        return str(self.table.options.reference_results.get("source") or "published results")

    @property
    def published_metrics(self) -> list[PublishedMetric]:
        """The metrics of the reference results: those that we have in our order, then the others."""
        published = dict.fromkeys(name for row, _ in self.published_rows for name in row["metrics"])
        positions = {column.name: position for position, column in enumerate(self.columns)}
        metrics = []
        for name in sorted(published, key=lambda name: positions.get(name, len(positions))):
            position = positions.get(name)
            heading = name.replace("_", " ") if position is None else self.columns[position].heading
            metrics.append(PublishedMetric(name, heading, position))
        return metrics

    def common_setting(self, group: Sequence[int]) -> str:
        """Return the override that all runs of a group and no others have; "" if there is none on the axes."""
        for axis, key in enumerate(self.axes):
            settings = dict.fromkeys(self.runs[number].settings[axis] for number in group)
            if [run.number for run in self.runs if run.settings[axis] in settings] == list(group):
                return f"{key}={', '.join(setting or '–' for setting in settings)}"
        return ""

    @property
    def verdict_metrics(self) -> list[str]:
        """Headings of the metrics that the verdicts are about; runs of different tasks are judged by different ones."""
        return list(
            dict.fromkeys(run.verdicts[0].heading for run in self.runs if run.verdicts and run.verdicts[0].metric)
        )

    @property
    def references(self) -> dict[str, RunSection]:
        """The runs that others are compared with, by id; empty if all are compared with the same run."""
        ids = {run.row.reference.id for run in self.runs if run.row.reference}
        return {run.record.id: run for run in self.runs if run.record.id in ids} if len(ids) > 1 else {}

    @property
    def count_verdicts(self) -> list[str]:
        """What published counts decide by themselves, in words."""
        return [line.plain for line in count_verdicts(self.table.options.reference_results)]

    @property
    def statuses(self) -> Counter[str]:
        """How many runs are done, failed, running; means are not runs."""
        return Counter(run.record.status for run in self.runs if not is_mean(run.record))

    @property
    def sides(self) -> Counter[str]:
        """How many published values lie inside, above and below our intervals, in the columns shown at first."""
        return Counter(
            cell.side
            for run in self.runs
            for cell, column in zip(run.cells, self.columns, strict=True)
            if cell.side and column.shown
        )


def page_of(sweep: Sweep, table: SweepTable | None = None) -> Page:
    """Gather everything that the report of a sweep shows.

    Args:
        sweep: The sweep as its folder holds it.
        table: Its table, if it was computed already.
    """
    table = table or sweep.table()
    records, columns = table.records, columns_of(table)
    runs = run_sections(table, columns)
    configurations = {
        number: flat_texts(record.config) | {"version of hito": record.code}
        for number, record in enumerate(records)
        if record.config
    }
    environments = {
        number: flat_texts(record.environment) for number, record in enumerate(records) if record.environment
    }
    return Page(
        sweep=sweep,
        table=table,
        columns=tuple(columns),
        runs=tuple(runs),
        views=tuple(views_of(runs, table.axes, columns)),
        differing=tuple(run_groups(over_runs(configurations))),
        environment=tuple(over_runs(environments)),
        data=tuple(data_used(records)),
    )
