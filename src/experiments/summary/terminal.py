"""The table of a sweep for the terminal: narrow enough for 80 columns, one block a run."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from experiments.console import difference_text, heading, headline_metrics, number, p_text, verdict_text
from experiments.runs import Record
from experiments.summary.axes import published_for, sweep_axes, words_of
from experiments.summary.published import published_counts, published_table

if TYPE_CHECKING:
    from components.metrics import Verdict
    from experiments.summary.verdicts import SweepVerdicts

PUBLISHED = "italic cyan"


def render(
    records: Sequence[Record],
    published: Mapping[str, Any],
    verdicts: SweepVerdicts | None = None,
    shown: Sequence[str] = (),
) -> Group:
    """Figures with their intervals and the published ones beneath; then the verdicts, and why runs failed.

    `shown` are the metrics that the experiment wants to see (`experiments.console.metric_names`).
    """
    parts: list[Table | Text] = [figures(records, published, headline_metrics(records, shown))]
    if (beside := published_table(records, published)) is not None:
        parts.append(beside)
    if verdicts and verdicts.verdicts:
        parts += [verdict_table(records, verdicts, one) for one in (verdicts.verdicts, *verdicts.also.values())]
    parts += published_counts(published)
    for record in records:
        if record.status not in {"done", "pruned"}:
            reason = record.error or "killed; the same command goes on with it"
            parts.append(Text(f"{record.status}: {' '.join(record.overrides)}: {reason}", style="red"))
    return Group(*parts)


def figures(records: Sequence[Record], published: Mapping[str, Any], shown: Sequence[str]) -> Table:
    """One block a run: its label, and for each metric shown the value, its interval and the published value."""
    columns = sweep_axes(records)
    table = Table(
        title=title(records),
        caption=caption(records, published),
        title_justify="left",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 0),
        show_lines=True,
    )
    table.add_column("\n".join(re.split(r"[/.]", key)[-1] for key in columns) or "run", overflow="fold")
    for name in shown:
        table.add_column(_in_lines(heading(name)), justify="right", no_wrap=True, min_width=8)
    for record in records:
        beside = published_for(record, published)
        name_cell = Text("\n".join(label(record, columns)))
        if record.status != "done":
            style = "yellow" if record.status == "pruned" else "red"
            table.add_row(name_cell, *[Text(record.status if name == shown[0] else "", style=style) for name in shown])
            continue
        if beside:
            name_cell.append("\n" * max(1, 3 - len(columns or [""]))).append(beside["name"], style=PUBLISHED)
        published_values = beside["metrics"] if beside else {}
        height = max(2, len(columns))
        cells = [cell(record.metrics.get(name), published_values.get(name), height) for name in shown]
        table.add_row(name_cell, *cells)
    return table


def label(record: Record, columns: Sequence[str]) -> list[str]:
    """What the run took on each axis; its backbone or task where the sweep has no axes."""
    words = words_of(record)
    return [words.get(key, "") for key in columns] or [record.choices.get("backbone", record.task)]


def cell(estimate: Mapping[str, Any] | None, beside: float | None, height: int) -> Text:
    """A value, below it its interval, and on the line after `height` lines the published value."""
    if estimate is None or estimate["value"] is None:
        return Text("–")
    text = Text(number(estimate["value"]), style="bold")
    if estimate["low"] is not None and estimate["high"] is not None:
        text.append(f"\n{short(estimate['low'])}–{short(estimate['high'])}", style="not bold dim")
    if beside is not None:
        text.append("\n" * (height - text.plain.count("\n"))).append(number(beside), style=f"not bold {PUBLISHED}")
    return text


def short(value: float) -> str:
    """An end of an interval in two decimals, without its leading zero; in fewer when it is large."""
    return f"{value:.2f}".removeprefix("0") if 0 <= value < 1 else f"{value:.{2 if abs(value) < 10 else 0}f}"


def _in_lines(words: str) -> str:
    """Words in lines no wider than a figure with its interval."""
    return textwrap.fill(words, 10, break_long_words=False)


def title(records: Sequence[Record]) -> str:
    """Experiment and data."""
    origins = sorted({str(record.data.get("origin", "")) for record in records} - {""})
    return "\n".join([records[0].experiment, *origins]) if records else ""


def caption(records: Sequence[Record], published: Mapping[str, Any]) -> str:
    """What protocol the figures are of, and what stands beneath them."""
    protocols = sorted({record.protocol for record in records} - {""})
    lines = [*protocols, "below each figure its 95 % interval"]
    if published.get("source"):
        lines.append(f"beneath, in italics: {published['source']}")
    return "\n".join(lines)


def measured_on(verdicts: SweepVerdicts, in_metric: Mapping[str, Verdict]) -> str:
    """How many of what the verdicts are about: "102 to 181 test photos and 887 photos"."""
    sizes: dict[str, set[int]] = {}
    for name, one in in_metric.items():
        sizes.setdefault(verdicts.units[name], set()).add(one.n)
    return " and ".join(
        " to ".join(str(end) for end in sorted({min(of_unit), max(of_unit)})) + f" {unit}"
        for unit, of_unit in sizes.items()
    )


def verdict_table(records: Sequence[Record], verdicts: SweepVerdicts, in_metric: Mapping[str, Verdict]) -> Table:
    """Each run beside the baseline in one metric: the word, the difference with its interval, the adjusted p value."""
    columns = sweep_axes(records)
    compared = list(in_metric.values())
    family = len(verdicts.verdicts) + sum(len(one) for one in verdicts.also.values())
    metrics = list(dict.fromkeys(heading(one.metric) for one in compared))
    one_baseline = verdicts.baseline
    notes = [f"paired on {measured_on(verdicts, in_metric)}, at 5 %"]
    if family > 1:
        notes[0] += f", Holm's correction over {family} comparisons"
    own = [" · ".join(label(one, columns)) for one in records if one.id in verdicts.own]
    if own:
        notes.append(f"{', '.join(own)}: each of the two on all of its own photos, not on those that both share")
    if any(one.has_seeds for one in records) and all(one.replicates == (1, 1) for one in compared):
        notes.append("one replicate each: the verdicts are about these models, other seeds may end otherwise")
    table = Table(
        title=f"beside {' · '.join(label(one_baseline, columns))}" if one_baseline else "each beside its counterpart",
        caption="\n".join(notes),
        title_justify="left",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    difference_column = metrics[0] if len(metrics) == 1 else "difference in"
    for words in ("run", *([] if one_baseline else ["beside"]), "verdict", difference_column, "p"):
        table.add_column(
            words,
            justify="right" if words == "p" else "left",
            no_wrap=words not in {"run", "beside"},
            overflow="fold",
        )
    for record in records:
        one = in_metric.get(record.id)
        if one is not None:
            name = " · ".join(label(record, columns))
            difference = difference_text(one.difference, one.low, one.high)
            if len(metrics) > 1:
                difference = f"{heading(one.metric)}\n{difference}"
            beside = [] if one_baseline else [" · ".join(label(verdicts.baselines[record.id], columns))]
            table.add_row(name, *beside, verdict_text(one.verdict), difference, p_text(one.p_adjusted))
    return table
