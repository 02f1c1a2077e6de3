"""`report.html`: gathered from the records, filled into the template, kept below its size, written whole or not."""

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from components.errors import DataError
from components.storage import atomic_path
from experiments.console import Steps, numbers
from experiments.report.charts import HeatMap, Point, dots, heat_map, parallel_coordinates
from experiments.report.differences import DataUsed, Shared, Split, data_used, flatten, over_runs, splits
from experiments.report.images import Reduction, reduce_figures
from experiments.report.metric_columns import Column, columns_of
from experiments.report.run_section import Figure, RunSection, run_section
from experiments.report.summary_verdicts import summary_verdicts
from experiments.report.sweep_file import Sweep, read_sweep
from experiments.summary import is_mean, published_counts
from experiments.summary import sweep_axes as axes_of

FILE = "report.html"

LIMIT = 10_000_000
"""Bytes that a report takes at most, as far as its figures can be made smaller."""

HERE = Path(__file__).parent


@dataclass(frozen=True)
class View:
    """The sweep against one metric: a heat map, or a drawing."""

    column: Column
    kind: str
    heat_map: HeatMap | None
    drawing: Markup | None


@dataclass(frozen=True)
class PublishedMetric:
    """A column of a published table: its name, its heading, and its place among our columns, if it is there."""

    name: str
    heading: str
    position: int | None


@dataclass(frozen=True)
class Page:
    """Everything that the template is filled with, but the figures."""

    sweep: Sweep
    axes: tuple[str, ...]
    columns: tuple[Column, ...]
    runs: tuple[RunSection, ...]
    views: tuple[View, ...]
    differing: tuple[Split, ...]
    environment: tuple[Shared, ...]
    data: tuple[DataUsed, ...]
    problems: tuple[str, ...]
    folder: Path

    @property
    def figures(self) -> list[Figure]:
        """Of the sweep as a whole."""
        return [
            Figure(self.folder / name, Path(name).stem.replace("_", " "), quote(name))
            for name in self.sweep.figures
            if (self.folder / name).is_file()
        ]

    @property
    def published_rows(self) -> list[tuple[Mapping[str, Any], list[RunSection]]]:
        """Each published row with our runs of the same components."""
        rows = self.sweep.published.get("rows", ())
        return [(row, [run for run in self.runs if run.published_row is row]) for row in rows]

    @property
    def published_source(self) -> str:
        """Where the published figures come from."""
        return str(self.sweep.published.get("source") or "published figures")

    @property
    def published_metrics(self) -> list[PublishedMetric]:
        """The metrics of the published rows: those that we have too in our order, then the others."""
        theirs = dict.fromkeys(name for row, _ in self.published_rows for name in row["metrics"])
        ours = {column.name: position for position, column in enumerate(self.columns)}
        return [
            PublishedMetric(name, self.columns[at].heading if at is not None else name.replace("_", " "), at)
            for name, at in sorted(
                ((name, ours.get(name)) for name in theirs), key=lambda one: len(ours) if one[1] is None else one[1]
            )
        ]

    def name_of(self, group: Sequence[int]) -> str:
        """What the runs of a group and no others have in common, as an override; "" where no axis says it."""
        for axis, key in enumerate(self.axes):
            settings = dict.fromkeys(self.runs[number].settings[axis] for number in group)
            if [run.number for run in self.runs if run.settings[axis] in settings] == list(group):
                return f"{key}={', '.join(one or '–' for one in settings)}"
        return ""

    @property
    def verdict_metric(self) -> str:
        """What the verdicts are about."""
        return " or ".join(self.verdict_metrics) or "accuracy"

    @property
    def verdict_metrics(self) -> list[str]:
        """The metrics that verdicts are about: runs of different tasks are judged by different ones."""
        return list(dict.fromkeys(run.verdict.heading for run in self.runs if run.verdict and run.verdict.metric))

    @property
    def counterparts(self) -> dict[str, RunSection]:
        """The runs that others are held against, by id; empty where one baseline serves all."""
        ids = {run.verdict.beside for run in self.runs if run.verdict and run.verdict.beside}
        return {run.record.id: run for run in self.runs if run.record.id in ids} if len(ids) > 1 else {}

    @property
    def counts(self) -> list[str]:
        """What published counts say by themselves, in words."""
        return [line.plain for line in published_counts(self.sweep.published)]

    @property
    def statuses(self) -> Counter[str]:
        """How many runs are done, failed, running; means of runs are none."""
        return Counter(run.record.status for run in self.runs if not is_mean(run.record))

    @property
    def places(self) -> Counter[str]:
        """How many published figures lie inside, above and below our intervals, in the columns shown at first."""
        return Counter(
            cell.place
            for run in self.runs
            for cell, column in zip(run.cells, self.columns, strict=True)
            if cell.place and column.shown
        )


def write_report(folder: Path) -> Path:
    """Write the report of the last sweep in an experiment's folder and return its path.

    Raises DataError when the folder has no runs.
    """
    page = gather(folder)
    figures = [*page.figures, *(figure for run in page.runs for figure in run.figures)]
    files = [figure.file for figure in figures]
    nothing = Reduction({}, {}, None, 0)
    room = LIMIT - len(render(page, nothing).encode("utf-8"))
    with Steps("figures of the report", len(files)) as steps:
        reduction = reduce_figures(files, max(0, room - 300 * len(files)), lambda: steps.step(""))
    with atomic_path(folder / FILE) as path:
        path.write_text(render(page, reduction), encoding="utf-8")
    return folder / FILE


def gather(folder: Path) -> Page:
    """Read everything that the report of an experiment's folder says."""
    sweep = read_sweep(folder)
    records = sweep.records
    axes, columns = axes_of(records), columns_of(records, sweep.published, sweep.shown)
    problems = list(sweep.problems)
    try:
        verdicts = summary_verdicts(folder)
    except DataError as error:
        verdicts = {}
        problems.append(str(error))
    runs = [
        run_section(number, one, records[0], axes, columns, sweep.published, verdicts.get(one.id), folder)
        for number, one in enumerate(records)
    ]
    configured = over_runs(
        {
            number: flatten(one.config) | {"version of hito": one.code}
            for number, one in enumerate(records)
            if one.config
        }
    )
    environments = {number: flatten(one.environment) for number, one in enumerate(records) if one.environment}
    return Page(
        sweep=sweep,
        axes=tuple(axes),
        columns=tuple(columns),
        runs=tuple(runs),
        views=tuple(view for column in columns if (view := view_of(runs, axes, columns, column))),
        differing=tuple(splits(configured)),
        environment=tuple(over_runs(environments)),
        data=tuple(data_used(records)),
        problems=tuple(problems),
        folder=folder,
    )


def view_of(runs: list[RunSection], axes: list[str], columns: list[Column], column: Column) -> View | None:
    """The runs of a sweep against one metric; None where there is nothing to compare."""
    at = columns.index(column)
    points = [
        Point(run.number, run.settings, cell.value, cell.low, cell.high, cell.published, cell.place)
        for run in runs
        if (cell := run.cells[at]).value is not None
    ]
    if not axes or not points:
        return None
    if len(axes) == 1:
        return View(column, "dots", None, dots(points, column.heading))
    if len(axes) == 2 and (found := heat_map(points, axes)):
        return View(column, "heat map", found, None)
    return View(column, "parallel coordinates", None, parallel_coordinates(points, axes, column.heading))


def render(page: Page, reduction: Reduction) -> str:
    """The page as HTML. Every text is escaped; the policy in its head forbids scripts but its own, and any request."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "number": numbers.number,
        "duration": numbers.duration,
        "moment": numbers.moment,
        "period": numbers.period,
        "figure": lambda row, name: numbers.finite(row.get(name)),
    }
    style, script = ((HERE / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    return environment.get_template("report.html.jinja").render(
        page=page,
        reduction=reduction,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=policy(style, script),
    )


def policy(style: str, script: str) -> str:
    """The content security policy: pictures in the page itself, this style, this script, and nothing else."""
    hashes = [
        base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") for text in (style, script)
    ]
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
