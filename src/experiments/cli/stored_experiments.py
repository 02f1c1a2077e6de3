"""Finds the experiments that have runs below an output folder."""

from pathlib import Path

from components.errors import ConfigError
from components.wording import did_you_mean
from experiments.report import FILE


def stored_experiments(output: Path) -> list[str]:
    """Return the names of the experiments below `output`: the folders that hold a sweep or runs."""
    folders = {path.parent for path in output.rglob(FILE)} | {path.parents[1] for path in output.rglob("record.json")}
    return sorted(str(folder.relative_to(output)) for folder in folders if folder.is_relative_to(output))


def chosen_experiments(names: tuple[str, ...], output: Path) -> list[str]:
    """Return the named experiment, or all experiments if none is named.

    Args:
        names: At most one name.
        output: Folder below which the runs are stored.

    Raises:
        ConfigError: There is no such experiment, or there are no runs.
    """
    known = stored_experiments(output)
    if not known:
        raise ConfigError(
            f"There are no runs below {output}: run an experiment first, or name its folder, output=FOLDER"
        )
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            raise ConfigError(f"There is no experiment {name!r} below {output}.{hint} Experiments: {', '.join(known)}")
    return list(names) or known
