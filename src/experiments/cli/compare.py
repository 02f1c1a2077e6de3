"""`hito compare BASELINE RUN ...`: whether runs are better than a baseline, and how they differ from it."""

from pathlib import Path

import pandas as pd
from rich.console import Console

from components.errors import ConfigError
from components.metrics import verdict_table
from experiments.cli.arguments import Arguments
from experiments.cli.compare_table import render
from experiments.cli.renamed import check_renamed
from experiments.console import terminal
from experiments.runs import Record, Results, check_comparable, find_run, results_of


def compare_command(arguments: Arguments) -> pd.DataFrame:
    """Compare finished runs with the first of them, and print and return the table.

    Args:
        arguments: The runs (see `find_run`), `metric=` with metrics separated by commas, and `output=`.

    Raises:
        UsageError: A metric is called by an old name.
        ConfigError: A run does not exist, is not done, or is named twice; or there is no such metric.
        DataError: The runs cannot be compared.
    """
    terminal.set_up()
    check_renamed([f"metric={arguments.options['metric']}"])
    output = Path(arguments.options["output"])
    records: dict[str, Record] = {}
    results: dict[str, Results] = {}
    kind = check_comparable(find_run(arguments.names[0], output)[0])
    for name in arguments.names:
        folder, record = find_run(name, output)
        if record.id in records:
            raise ConfigError(f"{name} is the run {record.id}, which is already among the runs: name each run once")
        records[record.id] = record
        results[record.id] = results_of(folder, kind)
    baseline = next(iter(records))
    metrics = [metric for metric in arguments.options["metric"].split(",") if metric]
    metrics = metrics or [kind.headline(results[baseline])]
    for metric in metrics:
        kind.check(metric, results[baseline])
    table = verdict_table(results, baseline, metrics, comparison=kind.compare)
    total = len({item for replicate in results[baseline] for item in replicate.ids.tolist()})
    Console().print(render(table, records, total, kind.unit))
    return table
