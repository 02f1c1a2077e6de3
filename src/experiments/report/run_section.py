"""One run as a section of the page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from components.errors import DataError
from experiments.console import describe
from experiments.report.metric_columns import Cell, Column, cell_of
from experiments.report.run_tables import Mistakes, Table, curves, mistakes, tables
from experiments.report.summary_verdicts import VerdictWords
from experiments.runs import Record
from experiments.summary import configuration_difference, is_mean, published_for, words_of

CURVES_FIGURE = "training_curves"


@dataclass(frozen=True)
class Figure:
    """A figure of a run: its file, its name in words, and where it lies from the page on."""

    file: Path
    title: str
    address: str


@dataclass
class RunSection:
    """What the page says of one run.

    Attributes:
        number: Place in the sweep, from 0.
        record: The run.
        label: Its settings on the axes of the sweep, or what else tells it from others.
        settings: Its value on each axis.
        cells: Its metrics, in the order of the columns.
        published_row: The published row that stands beside it, if any.
        verdict: What it comes to beside the baseline, if known.
        address: Of its folder, from the page on; "" when it has none.
        figures: Its figures, without the curves where those are drawn on the page.
        drawn_curves: The curves, as drawings.
        tables: Its CSV files.
        mistakes: Its most confident mistakes.
        differences: In what its configuration differs from the first run's; None for that run and for a mean.
        configuration: All of it, as text.
        problems: What could not be read.
    """

    number: int
    record: Record
    label: str
    settings: tuple[str, ...]
    cells: list[Cell]
    published_row: Mapping[str, Any] | None
    verdict: VerdictWords | None
    address: str = ""
    figures: list[Figure] = field(default_factory=list)
    drawn_curves: list[Markup] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    mistakes: Mistakes | None = None
    differences: list[str] | None = None
    configuration: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Its address on the page."""
        return f"run-{self.number + 1}"


def run_section(
    number: int,
    record: Record,
    first: Record,
    axes: list[str],
    columns: list[Column],
    published: Mapping[str, Any],
    verdict: VerdictWords | None,
    folder: Path,
) -> RunSection:
    """Gather what the page says of a run; what cannot be read is said there too.

    Args:
        number: Place in the sweep, from 0.
        record: The run.
        first: The first run of the sweep, which the others' configurations are held against.
        axes: Keys in which the runs of the sweep differ.
        columns: Metrics of the page.
        published: Figures to stand beside ours.
        verdict: What it comes to beside the baseline, if known.
        folder: The experiment's.
    """
    words = words_of(record)
    settings = tuple(words.get(key, "") for key in axes)
    row = published_for(record, published) if record.status == "done" else None
    section = RunSection(
        number=number,
        record=record,
        label=" · ".join(one for one in settings if one) or describe(record),
        settings=settings,
        cells=[cell_of(record, column, published) for column in columns],
        published_row=row,
        verdict=verdict,
        differences=None if record is first or is_mean(record) else configuration_difference(first, record),
    )
    own = folder / record.id
    if record.id and own.is_dir():
        section.address = f"./{quote(record.id)}/"
        _read_folder(section, own)
    if not section.configuration and record.config:
        section.configuration = json.dumps(record.config, indent=1, ensure_ascii=False)
    return section


def _read_folder(section: RunSection, folder: Path) -> None:
    """Add what lies in the folder of the run."""
    try:
        section.drawn_curves = curves(folder)
    except DataError as error:
        section.problems.append(str(error))
    try:
        section.tables = tables(folder)
    except DataError as error:
        section.problems.append(str(error))
    try:
        section.mistakes = mistakes(folder)
    except DataError as error:
        section.problems.append(str(error))
    configuration = folder / "config.yaml"
    if configuration.is_file():
        section.configuration = configuration.read_text(encoding="utf-8", errors="replace")
    section.figures = [
        Figure(file, file.stem.replace("_", " "), f"{section.address}figures/{quote(file.name)}")
        for file in sorted((folder / "figures").glob("*.png"))
        if not (section.drawn_curves and file.stem == CURVES_FIGURE)
    ]
    missing = [one for one in section.record.artifacts if not (folder / one).exists()]
    if missing:
        section.problems.append(f"Files that the record names and that are gone: {', '.join(missing)}")
