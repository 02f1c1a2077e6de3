"""`hito compare A B [C ...]`: whether runs are better than a first one, and in what they differ from it."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import pandas as pd
from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from components.errors import ConfigError
from components.metrics import LOWER_IS_BETTER, verdict_table
from experiments.console import difference_text, p_text, terminal, verdict_text
from experiments.runs import Record, Results, check_comparable, find_run, label_of, results_of
from experiments.summary import configuration_difference

USAGE = "hito compare BASELINE RUN [RUN ...] [metric=accuracy,kappa,...] [output=multirun]"


def compare_command(words: Sequence[str]) -> pd.DataFrame:
    """Compare runs that are done with the first of them, print the table and return it.

    Args:
        words: The runs (see `find_run`), and `metric=` with one or several metrics and `output=`, the folder
            below which the runs lie.

    Raises:
        ConfigError: When the words are others, or name no run that is done.
        DataError: When the runs cannot be compared.
    """
    terminal.set_up()
    runs, options = _parsed(words)
    output = Path(options.get("output", "multirun"))
    records: dict[str, Record] = {}
    results: dict[str, Results] = {}
    kind = check_comparable(find_run(runs[0], output)[0])
    for word in runs:
        folder, record = find_run(word, output)
        if record.id in records:
            raise ConfigError(f"{word} is the run {record.id}, which is named already: name each run once")
        records[record.id] = record
        results[record.id] = results_of(folder, kind)
    baseline = next(iter(records))
    metrics = options["metric"].split(",") if "metric" in options else [kind.headline(results[baseline])]
    for metric in metrics:
        kind.check(metric, results[baseline])
    table = verdict_table(results, baseline, metrics, comparison=kind.compare)
    total = len({one for replicate in results[baseline] for one in replicate.ids.tolist()})
    Console().print(render(table, records, total, kind.unit))
    return table


def render(table: pd.DataFrame, records: Mapping[str, Record], total: int, unit: str) -> Group:
    """The verdicts, and below them in what the configurations differ; narrow enough for 80 columns.

    Args:
        table: What `verdict_table` gave.
        records: The runs by id, the baseline first.
        total: What the baseline was measured on: how many.
        unit: The same in words: "test photos".
    """
    baseline, *others = records.values()
    metrics = list(dict.fromkeys(table["metric"]))
    first = table[table["run"] == others[0].id].set_index("metric")
    shown = _table(
        title=f"{metrics[0] if len(metrics) == 1 else 'metrics'} beside {_name(baseline)} ({baseline.id})",
        caption=_caption(table, total, unit, seeds=any(one.has_seeds for one in records.values())),
    )
    shown.add_column("run\n", overflow="fold")
    if len(metrics) > 1:
        shown.add_column("metric\n", no_wrap=True)
    shown.add_column("value\n", justify="right", no_wrap=True)
    shown.add_column("verdict\ndifference", no_wrap=True)
    shown.add_column("p\nadjusted", justify="right", no_wrap=True)
    shown.add_column("n\nR", justify="right", no_wrap=True)
    for metric in metrics:
        sizes = f"{total}\n{first.loc[metric, 'baseline_replicates']}"
        cells = ["baseline", "", sizes] if metric == metrics[0] else ["", "", ""]
        _add(shown, baseline, metric, metrics, f"{first.loc[metric, 'baseline']:.3f}", *cells)
    for record in others:
        for _, row in table[table["run"] == record.id].iterrows():
            difference = difference_text(row["difference"], row["low"], row["high"])
            words = verdict_text(row["verdict"]).append(f"\n{difference}", style="not bold default")
            p = f"{p_text(row['p'])}\n{p_text(row['p_adjusted'])}"
            sizes = f"{row['n']}\n{row['replicates']}" if row["metric"] == metrics[0] else ""
            _add(shown, record, row["metric"], metrics, f"{row['value']:.3f}", words, p, sizes)
    differing = _table(title="what differs from the baseline", caption=None)
    differing.add_column("run")
    differing.add_column("configuration", overflow="fold")
    for record in others:
        differing.add_row(_cell(record), Text("\n".join(configuration_difference(baseline, record)) or "nothing"))
    return Group(shown, "", differing)


def _table(title: str, caption: str | None) -> Table:
    return Table(
        title=title,
        caption=caption,
        title_justify="left",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_lines=True,
    )


def _add(table: Table, record: Record, metric: str, metrics: Sequence[str], *cells: str | Text) -> None:
    """Add the row of a run in a metric; its name stands in the first, the metric's where there are several."""
    name = _cell(record) if metric == metrics[0] else Text()
    table.add_row(name, *([metric] if len(metrics) > 1 else []), *cells, end_section=metric == metrics[-1])


def _caption(table: pd.DataFrame, total: int, unit: str, *, seeds: bool) -> str:
    """What the figures are of, and what they cannot say."""
    size = len(table)
    lines = [
        f"difference to the baseline with its 95 % interval; n: {unit} that both share; R: replicates",
        "verdict at 5 %, by p" + (f" adjusted for {size} comparisons (Holm)" if size > 1 else ""),
    ]
    lower = [metric for metric in dict.fromkeys(table["metric"]) if metric in LOWER_IS_BETTER]
    if lower:
        lines.append(f"{', '.join(lower)}: lower is better")
    if seeds and table["baseline_replicates"].max() == 1 and table["replicates"].min() == 1:
        lines.append("one replicate each: this is about these trained models, with another seed it may be otherwise")
    elif seeds and table[["baseline_replicates", "replicates"]].min(axis=None) == 1:
        lines.append("a run with one replicate is taken to vary with its seed as the other does")
    if (table["n"] < total).any():
        lines.append(f"the baseline has {total} {unit}; n is how many of them the other run shares")
    return "\n".join(lines)


def _cell(record: Record) -> Text:
    return Text(_name(record)).append(f"\n{record.id}", style="dim")


def _name(record: Record) -> str:
    return label_of(record.choices) or record.task


def _parsed(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Runs and options of the command line."""
    runs: list[str] = []
    options: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            runs.append(word.rstrip("/"))
        elif key in {"metric", "output"} and value:
            options[key] = value
        else:
            near = get_close_matches(key, ["metric", "output"], n=1)
            hint = f" Did you mean {near[0]}=...?" if near else ""
            raise ConfigError(f"{word}: hito compare takes no such word.{hint} It is  {USAGE}")
    if len(runs) < 2:
        raise ConfigError(f"hito compare needs a baseline and at least one other run: {USAGE}")
    return runs, options
