"""Find stored runs: by id, the beginning of an id, or folder (`find_run`), or by their properties (`filter_runs`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from components.errors import ConfigError
from components.wording import did_you_mean, shortened
from experiments.config import flatten
from experiments.runs import lock
from experiments.runs.messages import describe
from experiments.runs.record import FILE, Record

MAX_LISTED = 8
"""Number of runs that an error lists."""


@dataclass(frozen=True)
class StoredRun:
    """A run that was started: its folder and its record."""

    folder: Path
    record: Record

    @property
    def status(self) -> str:
        """Status of the run: done, failed, pruned, running, or killed (unfinished, and no process works on it)."""
        if self.record.status != "running":
            return self.record.status
        return "running" if lock.holder(self.folder) else "killed"


def stored_runs(output: Path) -> list[StoredRun]:
    """Return all runs below a folder whose record can be read."""
    found = ((path.parent, Record.read(path.parent)) for path in sorted(output.rglob(FILE)))
    return [StoredRun(folder, record) for folder, record in found if record]


def filter_runs(runs: Sequence[StoredRun], filters: Mapping[str, str]) -> list[StoredRun]:
    """Return the runs that match all filters.

    Args:
        runs: The runs.
        filters: Mapping from key to value. A key is id, status, experiment, task, a configuration group (backbone) or
            a key of the configuration (training.epochs). A value is written as on the command line; `*` and `?` match
            any text and any character.

    Raises:
        ConfigError: No run has such a key.
    """
    values = [_properties(run) for run in runs]
    known = sorted({key for properties in values for key in properties})
    for key in filters:
        if runs and key not in known:
            raise ConfigError(
                f"No run has a key {key!r}.{did_you_mean(key, known)} Runs are filtered by id, status, experiment, "
                "task, a group of the configuration (backbone=cnn) or a key of it (training.epochs=25)"
            )
    return [
        run
        for run, properties in zip(runs, values, strict=True)
        if all(any(_matches(value, pattern) for value in properties.get(key, ())) for key, pattern in filters.items())
    ]


def _properties(run: StoredRun) -> dict[str, list[Any]]:
    """Return the values of a run by key; a configuration group has its option, and its value if it is a single one."""
    record = run.record
    values: dict[str, list[Any]] = {key: [value] for key, value in flatten(record.config).items()}
    for group, option in record.choices.items():
        for key in {group, group.replace("/", ".")}:
            values.setdefault(key, []).append(option)
    own = {"id": record.id, "status": run.status, "experiment": record.experiment, "task": record.task}
    return values | {key: [value] for key, value in own.items()}


def _matches(value: Any, pattern: str) -> bool:
    """Return whether a value of a run is the one written as `pattern`, or matches its wildcards."""
    try:
        parsed = yaml.safe_load(pattern)
    except yaml.YAMLError:
        parsed = pattern
    if isinstance(value, float | int) and not isinstance(value, bool):
        try:
            return float(pattern) == value  # YAML reads 1e-3 as text
        except ValueError:
            return False
    return bool(value == parsed) or fnmatchcase(str(value), pattern)


def find_run(name: str, output: Path, *, done: bool = True) -> tuple[Path, Record]:
    """Return the folder and the record of a run.

    Args:
        name: The run's id, an unambiguous beginning of it, or its folder, absolute or relative to `output`.
        output: Folder below which all experiments are.
        done: Raise an error if the run is not done.

    Raises:
        ConfigError: There is no such run, several ids begin with `name`, or the run is not done.
    """
    for folder in (Path(name), output / name):
        if (folder / FILE).is_file():
            return _read(folder, done)
    runs: dict[str, list[Path]] = {}
    for path in sorted(output.rglob(FILE)):
        runs.setdefault(path.parent.name, []).append(path.parent)
    if not runs:
        raise ConfigError(f"There are no runs below {output}: name the folder that they are in with output=FOLDER")
    below = [run for run, folders in runs.items() if any(output / name == folder.parent for folder in folders)]
    if below:
        raise ConfigError(f"{name} is an experiment, not a run. Its runs:\n{_listed(below, runs)}")
    found = [name] if name in runs else [run for run in runs if name and run.startswith(name)]
    if len(found) > 1:
        raise ConfigError(f"The ids of several runs begin with {name}:\n{_listed(found, runs)}")
    if not found:
        near = sorted(runs, key=lambda run: SequenceMatcher(None, name, run).ratio(), reverse=True)
        raise ConfigError(f"There is no run {name!r} below {output}. The most similar ids:\n{_listed(near, runs)}")
    folders = runs[found[0]]  # several experiments may contain the same run
    finished = [folder for folder in folders if (record := Record.read(folder)) and record.status == "done"]
    return _read((finished or folders)[0], done)


def _read(folder: Path, done: bool) -> tuple[Path, Record]:
    record = Record.read(folder)
    if record is None:
        raise ConfigError(f"{folder / FILE} is broken or written by another version of hito: do the run again")
    if done and record.status != "done":
        raise ConfigError(f"The run {_in_words(record)} {_why_not_done(StoredRun(folder, record))}")
    return folder, record


def _why_not_done(run: StoredRun) -> str:
    again = "start it again with the same command"
    return {
        "failed": f"failed: {run.record.error}",
        "pruned": f"was stopped early by a search: {again}, without sweeper=optuna",
        "running": "is still running: wait for it",
        "killed": f"was killed: {again}, and it continues",
    }[run.status]


def _in_words(record: Record) -> str:
    return f"{record.id} ({describe(record)})"


def _listed(names: Sequence[str], runs: Mapping[str, Sequence[Path]]) -> str:
    """Return the first of these runs, one per line."""
    lines: list[str] = []
    for name in names:
        record = Record.read(runs[name][0]) if len(lines) < MAX_LISTED else None
        lines.append(f"{name}  {record.experiment}: {describe(record)} ({record.status})" if record else name)
    return "\n".join(f"  {line}" for line in shortened(lines, MAX_LISTED))
