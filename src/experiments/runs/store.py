"""Finds runs by what a person calls them (an id, the beginning of one, a folder) or by what they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from components.errors import ConfigError
from experiments.console import describe
from experiments.runs import lock
from experiments.runs.record import FILE, Record

SHOWN = 8


@dataclass(frozen=True)
class StoredRun:
    """A run that was begun: its folder, its record, and what has become of it."""

    folder: Path
    record: Record

    @property
    def status(self) -> str:
        """done, failed, at work (a process is at it), or killed (none is, and it is not done)."""
        if self.record.status != "running":
            return self.record.status
        return "at work" if lock.holder(self.folder) else "killed"


def stored_runs(output: Path) -> list[StoredRun]:
    """Every run below a folder whose record can be read."""
    found = ((path.parent, Record.read(path.parent)) for path in sorted(output.rglob(FILE)))
    return [StoredRun(folder, record) for folder, record in found if record]


def matching(runs: Sequence[StoredRun], filters: Mapping[str, str]) -> list[StoredRun]:
    """The runs that have all these values.

    Args:
        runs: To choose from.
        filters: By key: id, status, experiment, task, a group (backbone), or a key of the configuration
            (training.epochs). Values are as on the command line, and may hold `*` and `?`.

    Raises:
        ConfigError: When no run has such a key.
    """
    said = {run.folder: dict(_said(run)) for run in runs}
    known = sorted({key for one in said.values() for key in one})
    for key in filters:
        if runs and key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise ConfigError(f"No run has a {key!r}.{hint} Runs have id, status, experiment, task, groups and keys")
    return [
        run
        for run in runs
        if all(any(_alike(one, value) for one in said[run.folder].get(key, [])) for key, value in filters.items())
    ]


def _said(run: StoredRun) -> Iterator[tuple[str, list[Any]]]:
    """What a run says of itself, by key; a group says its option and, where it is one value, that too."""
    record = run.record
    values: dict[str, list[Any]] = {}
    for key, value in _leaves(record.config):
        values.setdefault(key, []).append(value)
    for key, option in record.choices.items():
        values.setdefault(key.replace("/", "."), []).append(option)
        values.setdefault(key, []).append(option)
    own = {"id": record.id, "status": run.status, "experiment": record.experiment, "task": record.task}
    yield from (values | {key: [value] for key, value in own.items()}).items()


def _leaves(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, one in value.items():
        if isinstance(one, Mapping):
            yield from _leaves(one, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", one


def _alike(value: Any, asked: str) -> bool:
    try:
        meant = yaml.safe_load(asked)
    except yaml.YAMLError:
        meant = asked
    if isinstance(value, float | int) and not isinstance(value, bool):
        try:
            return float(asked) == value  # YAML takes 1e-3 for a text
        except ValueError:
            return False
    return bool(value == meant) or fnmatchcase(str(value), asked)


def find_run(word: str, output: Path, *, done: bool = True) -> tuple[Path, Record]:
    """The folder and the record of the run that `word` means.

    Args:
        word: A run's id, enough of its beginning to tell it from others, or its folder, also from `output` on.
        output: Folder below which the experiments lie.
        done: Whether only a run that is done will do.

    Raises:
        ConfigError: When there is none, the beginning is of several, or the run is not done.
    """
    for folder in (Path(word), output / word):
        if (folder / FILE).is_file():
            return _read(folder, done)
    runs: dict[str, list[Path]] = {}
    for path in sorted(output.rglob(FILE)):
        runs.setdefault(path.parent.name, []).append(path.parent)
    if not runs:
        raise ConfigError(f"There are no runs below {output}: name the folder that they are in with output=FOLDER")
    below = [name for name, folders in runs.items() if any(output / word == one.parent for one in folders)]
    if below:
        raise ConfigError(f"{word} is an experiment, not a run. Its runs:\n{_listed(below, runs)}")
    meant = [word] if word in runs else [name for name in runs if word and name.startswith(word)]
    if len(meant) > 1:
        raise ConfigError(f"{word} is the beginning of several runs:\n{_listed(meant, runs)}")
    if not meant:
        near = sorted(runs, key=lambda name: SequenceMatcher(None, word, name).ratio(), reverse=True)
        raise ConfigError(f"There is no run {word!r} below {output}. The nearest:\n{_listed(near, runs)}")
    folders = runs[meant[0]]  # the same work may lie in several experiments
    finished = [one for one in folders if (record := Record.read(one)) and record.status == "done"]
    return _read((finished or folders)[0], done)


def _read(folder: Path, done: bool) -> tuple[Path, Record]:
    record = Record.read(folder)
    if record is None:
        raise ConfigError(f"{folder / FILE} is broken or of another version of hito: do the run again")
    if not done:
        return folder, record
    if record.status == "failed":
        raise ConfigError(f"The run {record.id} ({describe(record)}) failed: {record.error}")
    if record.status != "done":
        raise ConfigError(
            f"The run {record.id} ({describe(record)}) is at work still, or was killed: the command that began it "
            "goes on with it"
        )
    return folder, record


def _listed(names: Sequence[str], runs: Mapping[str, Sequence[Path]]) -> str:
    lines = []
    for name in names[:SHOWN]:
        record = Record.read(runs[name][0])
        lines.append(f"  {name}  " + (f"{record.experiment}: {describe(record)} ({record.status})" if record else ""))
    if len(names) > SHOWN:
        lines.append(f"  and {len(names) - SHOWN} more")
    return "\n".join(lines)
