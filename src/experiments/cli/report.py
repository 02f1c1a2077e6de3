"""`hito report [EXPERIMENT]`: writes report.html again."""

from pathlib import Path

from experiments.cli.arguments import Arguments
from experiments.cli.stored_experiments import chosen_experiments
from experiments.console import terminal
from experiments.report import write_report


def report_command(arguments: Arguments) -> list[Path]:
    """Write `report.html` for an experiment, or for every experiment that has runs; return the files.

    Args:
        arguments: At most one EXPERIMENT (its folder below the output folder), and `output=`.

    Raises:
        ConfigError: There is no such experiment.
        DataError: Its folder has no runs that can be read.
    """
    terminal.set_up()
    output = Path(arguments.options["output"])
    paths = []
    for name in chosen_experiments(arguments.names, output):
        path = write_report(output / name)
        terminal.messages.print(f"Report: {path}  ({path.stat().st_size / 1e6:.1f} MB)", markup=False)
        paths.append(path)
    return paths
