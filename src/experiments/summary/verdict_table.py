"""The verdicts of a sweep as tables for the terminal."""

from collections.abc import Mapping

from rich.table import Table

from components.metrics import Verdict
from components.wording import counted
from experiments.console import difference_text, heading, p_text, plain_table, verdict_text
from experiments.summary.sweep_table import SweepTable
from experiments.summary.verdicts import SweepVerdicts


def verdict_tables(table: SweepTable) -> list[Table]:
    """Return a table of the verdicts in the headline metric and one for each further metric; [] if there are none."""
    verdicts = table.verdicts
    if verdicts is None or not verdicts.verdicts:
        return []
    return [_table(table, verdicts, of_metric) for of_metric in (verdicts.verdicts, *verdicts.further.values())]


def _table(table: SweepTable, verdicts: SweepVerdicts, of_metric: Mapping[str, Verdict]) -> Table:
    """Each run with its verdict, the difference with its interval, and the adjusted p value."""
    metrics = list(dict.fromkeys(heading(verdict.metric) for verdict in of_metric.values()))
    baseline = verdicts.baseline
    shown = plain_table(
        f"compared with {table.name_of(baseline)}" if baseline else "each run compared with its reference",
        caption="\n".join(_notes(table, verdicts, of_metric)),
    )
    shown.add_column("run", overflow="fold")
    if baseline is None:
        shown.add_column("reference", overflow="fold")
    shown.add_column("verdict", no_wrap=True)
    shown.add_column(metrics[0] if len(metrics) == 1 else "difference in", no_wrap=True)
    shown.add_column("p", justify="right", no_wrap=True)
    for row in table.rows:
        verdict = of_metric.get(row.record.id)
        if verdict is not None:
            reference = [] if baseline else [table.name_of(verdicts.references[row.record.id])]
            difference = difference_text(verdict.difference, verdict.low, verdict.high)
            if len(metrics) > 1:
                difference = f"{heading(verdict.metric)}\n{difference}"
            name = " · ".join(row.name_lines)
            shown.add_row(name, *reference, verdict_text(verdict.verdict), difference, p_text(verdict.p_adjusted))
    return shown


def _notes(table: SweepTable, verdicts: SweepVerdicts, of_metric: Mapping[str, Verdict]) -> list[str]:
    """What the verdicts were measured on, and what they cannot say."""
    notes = [f"paired on {measured_on(verdicts, of_metric)}, at 5 %"]
    if verdicts.family_size > 1:
        notes[0] += f", Holm's correction over {counted(verdicts.family_size, 'comparison')}"
    own = [" · ".join(row.name_lines) for row in table.rows if row.record.id in verdicts.own]
    if own:
        notes.append(f"{', '.join(own)}: each of the two on all of its own photos, not on those that both share")
    single = all(verdict.replicates == (1, 1) for verdict in of_metric.values())
    if single and any(record.has_seeds for record in table.records):
        notes.append("one replicate each: the verdicts are about these models; other seeds may give others")
    return notes


def measured_on(verdicts: SweepVerdicts, of_metric: Mapping[str, Verdict]) -> str:
    """Return how many units the verdicts were measured on: "102 to 181 test photos and 887 photos"."""
    sizes: dict[str, set[int]] = {}
    for run_id, verdict in of_metric.items():
        sizes.setdefault(verdicts.units[run_id], set()).add(verdict.n)
    return " and ".join(
        " to ".join(str(end) for end in sorted({min(of_unit), max(of_unit)})) + f" {unit}"
        for unit, of_unit in sizes.items()
    )
