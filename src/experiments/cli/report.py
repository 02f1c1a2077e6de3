"""`hito report [EXPERIMENT] [output=multirun]`."""

from collections.abc import Sequence
from pathlib import Path

from components.errors import ConfigError
from experiments.console import terminal
from experiments.report import FILE, write_report


def report_command(words: Sequence[str]) -> list[Path]:
    """Write `report.html` for an experiment, or for every one that has runs, and say where it lies.

    Args:
        words: At most one EXPERIMENT (its folder below the output folder) and `output=FOLDER`.

    Raises:
        ConfigError: When the words are others, or the experiment has no folder.
        DataError: When its folder has no runs.
    """
    terminal.set_up()
    output = Path("multirun")
    names: list[str] = []
    for word in words:
        key, equals, value = word.partition("=")
        if equals and key == "output" and value:
            output = Path(value)
        elif equals or len(names) == 1:
            raise ConfigError(f"{word!r}: it is  hito report [EXPERIMENT] [output=multirun]")
        else:
            names.append(word.rstrip("/"))
    known = experiments_in(output)
    if not known:
        raise ConfigError(
            f"There are no runs below {output}: run an experiment first, or name its folder: output=FOLDER"
        )
    if names and names[0] not in known:
        raise ConfigError(f"There is no experiment {names[0]!r} below {output}. There are: {', '.join(known)}")
    paths = []
    for name in names or known:
        paths.append(write_report(output / name))
        size = paths[-1].stat().st_size / 1e6
        terminal.messages.print(f"Report: {paths[-1]}  ({size:.1f} MB)", markup=False)
    return paths


def experiments_in(output: Path) -> list[str]:
    """Names of the experiments below the output folder: where a sweep was stored or runs lie."""
    folders = {path.parent for path in output.rglob(FILE)} | {path.parents[1] for path in output.rglob("record.json")}
    return sorted(str(folder.relative_to(output)) for folder in folders if folder.is_relative_to(output))
