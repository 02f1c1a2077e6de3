"""Finds runs that were done, by what a person calls them: an id, the beginning of one, or a folder."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from components.errors import ConfigError
from experiments.record import FILE, Record
from experiments.screen import describe

SHOWN = 8


def find_run(word: str, output: Path) -> tuple[Path, Record]:
    """The folder and the record of the run that `word` means.

    Args:
        word: A run's id, enough of its beginning to tell it from others, or its folder, also from `output` on.
        output: Folder below which the experiments lie.

    Raises:
        ConfigError: When there is none, the beginning is of several, or the run is not done.
    """
    for folder in (Path(word), output / word):
        if (folder / FILE).is_file():
            return _done(folder)
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
    return _done((finished or folders)[0])


def _done(folder: Path) -> tuple[Path, Record]:
    record = Record.read(folder)
    if record is None:
        raise ConfigError(f"{folder / FILE} is broken or of another version of hito: do the run again")
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
