"""`hito compare A B [C ...]`: whether runs are better than a first one, and in what they differ from it."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from components.errors import ConfigError
from components.metrics import LOWER_IS_BETTER, check_metric, verdict_table
from experiments import screen
from experiments.configuration_difference import configuration_difference
from experiments.execute import label_of
from experiments.record import Record
from experiments.stored_predictions import read_predictions
from experiments.stored_runs import find_run
from experiments.verdict_words import difference_text, p_text, verdict_text

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
    screen.set_up()
    runs, options = _parsed(words)
    output = Path(options.get("output", "multirun"))
    metrics = options.get("metric", "accuracy").split(",")
    for metric in metrics:
        check_metric(metric)
    records: dict[str, Record] = {}
    predictions = {}
    for word in runs:
        folder, record = find_run(word, output)
        if record.id in records:
            raise ConfigError(f"{word} is the run {record.id}, which is named already: name each run once")
        records[record.id] = record
        predictions[record.id] = read_predictions(folder)
    baseline = next(iter(records))
    table = verdict_table(predictions, baseline, metrics)
    photos = len({photo for one in predictions[baseline] for photo in one.ids.tolist()})
    Console().print(render(table, records, photos))
    return table


def render(table: pd.DataFrame, records: Mapping[str, Record], photos: int) -> Table:
    """The table for the terminal.

    Args:
        table: What `verdict_table` gave.
        records: The runs by id, the baseline first.
        photos: Test photos of the baseline.
    """
    baseline, *others = records.values()
    metrics = list(dict.fromkeys(table["metric"]))
    shown = Table(
        title=f"{metrics[0] if len(metrics) == 1 else 'metrics'} beside {_name(baseline)} ({baseline.id})",
        caption=_caption(table, photos),
        title_justify="left",
        caption_justify="left",
        show_lines=True,
    )
    shown.add_column("run", overflow="fold")
    if len(metrics) > 1:
        shown.add_column("metric", no_wrap=True)
    for heading in ("value", "difference", "p", "adjusted", "verdict", "n", "R"):
        shown.add_column(heading, justify="left" if heading in {"difference", "verdict"} else "right", no_wrap=True)
    shown.add_column("what differs", overflow="fold", min_width=16)
    first = table[table["run"] == others[0].id].set_index("metric")
    shown.add_row(
        _cell(baseline),
        *(["\n".join(metrics)] if len(metrics) > 1 else []),
        "\n".join(f"{first.loc[metric, 'baseline']:.3f}" for metric in metrics),
        *("",) * 3,
        Text("baseline", style="bold"),
        str(photos),
        str(table["baseline_replicates"].iloc[0]),
        "",
    )
    for record in others:
        rows = table[table["run"] == record.id]
        differing = configuration_difference(baseline, record)
        shown.add_row(
            _cell(record),
            *(["\n".join(metrics)] if len(metrics) > 1 else []),
            "\n".join(f"{value:.3f}" for value in rows["value"]),
            "\n".join(map(difference_text, rows["difference"], rows["low"], rows["high"])),
            "\n".join(map(p_text, rows["p"])),
            "\n".join(map(p_text, rows["p_adjusted"])),
            Text("\n").join(map(verdict_text, rows["verdict"])),
            str(rows["n"].iloc[0]),
            str(rows["replicates"].iloc[0]),
            Text("\n".join(differing) or "nothing"),
        )
    return shown


def _caption(table: pd.DataFrame, photos: int) -> str:
    """What the figures are of, and what they cannot say."""
    size = len(table)
    lines = [
        "difference to the baseline on the test photos that both share, with its 95 % interval; R: replicates",
        "verdict at 5 %, by p" + (f" adjusted for {size} comparisons (Holm)" if size > 1 else ""),
    ]
    lower = [metric for metric in dict.fromkeys(table["metric"]) if metric in LOWER_IS_BETTER]
    if lower:
        lines.append(f"{', '.join(lower)}: lower is better")
    if table["baseline_replicates"].max() == 1 and table["replicates"].min() == 1:
        lines.append("one replicate each: this is about these trained models, with another seed it may be otherwise")
    elif table[["baseline_replicates", "replicates"]].min(axis=None) == 1:
        lines.append("a run with one replicate is taken to vary with its seed as the other does")
    if (table["n"] < photos).any():
        lines.append(f"the baseline has {photos} test photos; n is how many of them the other run shares")
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
