"""The table of a sweep: what the terminal, `summary.csv` and the report show, computed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from experiments.runs import Record
from experiments.summary.axes import headline_metrics, overrides_of, sweep_axes
from experiments.summary.means import means_over
from experiments.summary.options import TableOptions

if TYPE_CHECKING:
    from components.metrics import Verdict
    from experiments.summary.verdicts import SweepVerdicts


@dataclass(frozen=True)
class SweepRow:
    """One run of a sweep, or the mean of several (`experiments.summary.means`).

    Attributes:
        record: The run.
        settings: Its value on each axis of the sweep; "" where it has none.
        reference_result: The row of the reference results for the same components; None if there is none.
        verdict: Verdict in the headline metric; None if it was not compared.
        further_verdicts: Verdicts in further metrics.
        reference: The run that it is compared with; None if it was not compared.
        is_baseline: Whether other runs are compared with it and it is compared with none.
    """

    record: Record
    settings: tuple[str, ...]
    reference_result: Mapping[str, Any] | None = None
    verdict: Verdict | None = None
    further_verdicts: tuple[Verdict, ...] = ()
    reference: Record | None = None
    is_baseline: bool = False

    @property
    def label(self) -> str:
        """Its settings on the axes of the sweep in one line; "" if it has none."""
        return " · ".join(setting for setting in self.settings if setting)

    @property
    def name_lines(self) -> list[str]:
        """Its settings, one line for each axis; its backbone or its task if the sweep has no axes."""
        return list(self.settings) or [self.record.choices.get("backbone", self.record.task)]


@dataclass(frozen=True)
class SweepTable:
    """The runs of a sweep with their settings, reference results and verdicts.

    Attributes:
        experiment: Name of the experiment.
        folder: Folder of the experiment.
        options: What the configuration says about tables.
        axes: Keys of the overrides in which the runs differ.
        metrics: Metrics that tables show first.
        rows: The runs in the order of the sweep, followed by the means.
        verdicts: All verdicts; None if there are none.
    """

    experiment: str
    folder: Path
    options: TableOptions = field(default_factory=TableOptions)
    axes: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    rows: tuple[SweepRow, ...] = ()
    verdicts: SweepVerdicts | None = None

    @classmethod
    def of(
        cls, records: Sequence[Record], folder: Path, options: TableOptions | None = None, *, compared: bool = True
    ) -> Self:
        """Compute the table of a sweep.

        Args:
            records: The runs in the order of the sweep; each that has an id has its folder, named by it, in `folder`.
            folder: Folder of the experiment.
            options: What the configuration says about tables; None: the defaults.
            compared: Whether to compute verdicts.
        """
        from experiments.summary.verdicts import sweep_verdicts

        options = (options or TableOptions()).for_data({record.choices.get("data", "") for record in records})
        verdicts = sweep_verdicts(records, folder, options.baseline) if compared else None
        shown = [*records, *(means_over(records, options.aggregate_over) if options.aggregate_over else [])]
        axes = sweep_axes(shown)
        return cls(
            experiment=records[0].experiment if records else folder.name,
            folder=folder,
            options=options,
            axes=tuple(axes),
            metrics=tuple(headline_metrics(shown, options.table_metrics, verdicts.metrics if verdicts else ())),
            rows=tuple(_row_of(record, axes, options.reference_results, verdicts) for record in shown),
            verdicts=verdicts,
        )

    @property
    def records(self) -> list[Record]:
        """The runs and means."""
        return [row.record for row in self.rows]

    def name_of(self, record: Record) -> str:
        """Return the settings of a run of the sweep in one line."""
        return next(" · ".join(row.name_lines) for row in self.rows if row.record.id == record.id)


def reference_row(record: Record, reference_results: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the first row of the reference results for the components and the data of the run, None if none is."""
    data = reference_results.get("data")
    if data is not None and record.choices.get("data") not in data:
        return None
    for row in reference_results.get("rows", ()):
        wanted = {group: options if isinstance(options, list) else [options] for group, options in row["when"].items()}
        if all(record.choices.get(group) in options for group, options in wanted.items()):
            found: Mapping[str, Any] = row
            return found
    return None


def _row_of(
    record: Record, axes: Sequence[str], reference_results: Mapping[str, Any], verdicts: SweepVerdicts | None
) -> SweepRow:
    overrides = overrides_of(record)
    row = SweepRow(record, tuple(overrides.get(key, "") for key in axes), reference_row(record, reference_results))
    if verdicts is None or not record.id:
        return row
    verdict = verdicts.verdicts.get(record.id)
    if verdict is None:
        return replace(row, is_baseline=record.id in {run.id for run in verdicts.references.values()})
    further = (of_metric.get(record.id) for of_metric in verdicts.further.values())
    return replace(
        row,
        verdict=verdict,
        further_verdicts=tuple(found for found in further if found is not None),
        reference=verdicts.references[record.id],
    )
