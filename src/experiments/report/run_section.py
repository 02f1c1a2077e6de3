"""One run as a section of the page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from components.errors import DataError
from experiments.report.curves import draw_curves
from experiments.report.metric_columns import Cell, Column, cell_of
from experiments.report.mistakes import Mistakes, confident_mistakes
from experiments.report.run_tables import Table, csv_tables
from experiments.report.verdict_words import VerdictWords, verdicts_of
from experiments.runs import Record, describe
from experiments.summary import SweepRow, SweepTable, configuration_difference, is_mean

CURVES_FIGURE = "training_curves"


@dataclass(frozen=True)
class Figure:
    """A figure: its file, its title, and its address relative to the page."""

    file: Path
    title: str
    address: str


@dataclass
class RunSection:
    """What the page shows of one run.

    Attributes:
        number: Position in the sweep, from 0.
        row: The run's row in the table of the sweep.
        label: Its settings on the axes of the sweep; its overrides if it has none.
        cells: Its metrics, in the order of the columns.
        verdicts: Its verdicts in words, the headline metric first; () if it was not compared.
        address: Address of its folder relative to the page; "" if it has none.
        figures: Its figures, without the training curves if those are drawn on the page.
        drawn_curves: The training curves, as drawings.
        tables: Its CSV files.
        mistakes: Its most confident mistakes.
        differences: In what its configuration differs from the first run's; None for that run and for a mean.
        configuration: Its whole configuration, as text.
        problems: What could not be read, in words.
    """

    number: int
    row: SweepRow
    label: str
    cells: list[Cell]
    verdicts: tuple[VerdictWords, ...] = ()
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

    @property
    def record(self) -> Record:
        """The run."""
        return self.row.record

    @property
    def settings(self) -> tuple[str, ...]:
        """Its value on each axis of the sweep."""
        return self.row.settings

    @property
    def reference_result(self) -> Mapping[str, Any] | None:
        """The row of the reference results for its components, if the run is done and there is one."""
        return self.row.reference_result if self.record.status == "done" else None


def run_sections(table: SweepTable, columns: list[Column]) -> list[RunSection]:
    """Gather what the page shows of each run; what cannot be read is named in `problems`."""
    return [_run_section(number, row, table, columns) for number, row in enumerate(table.rows)]


def _run_section(number: int, row: SweepRow, table: SweepTable, columns: list[Column]) -> RunSection:
    record, first = row.record, table.rows[0].record
    section = RunSection(
        number=number,
        row=row,
        label=row.label or describe(record),
        cells=[cell_of(row, column) for column in columns],
        verdicts=verdicts_of(row),
        differences=None if record is first or is_mean(record) else configuration_difference(first, record),
    )
    folder = table.folder / record.id
    if record.id and folder.is_dir():
        section.address = f"./{quote(record.id)}/"
        _read_folder(section, folder)
    if not section.configuration and record.config:
        section.configuration = json.dumps(record.config, indent=1, ensure_ascii=False)
    return section


def _read_folder(section: RunSection, folder: Path) -> None:
    """Add the files in the run's folder to its section."""
    try:
        section.drawn_curves = draw_curves(folder)
    except DataError as error:
        section.problems.append(str(error))
    try:
        section.tables = csv_tables(folder)
    except DataError as error:
        section.problems.append(str(error))
    try:
        section.mistakes = confident_mistakes(folder)
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
    missing = [name for name in section.record.artifacts if not (folder / name).exists()]
    if missing:
        section.problems.append(f"Files that the record names are missing: {', '.join(missing)}")
