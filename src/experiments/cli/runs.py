"""`hito runs`: which runs there are, what one of them was, in what two differ; and removing them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from components.errors import ConfigError
from experiments.cli import runs_view
from experiments.console import terminal
from experiments.runs import StoredRun, find_run, forget, lock, matching, stored_runs

USAGE = """\
hito runs [KEY=VALUE ...]       lists runs: status=failed, experiment=thesis/*, backbone=cnn, seed=3
hito runs show RUN              all that is known of one
hito runs diff RUN OTHER        in what two differ
hito runs remove RUN|KEY=VALUE ... [yes=true]
Each also takes output=FOLDER, below which the runs lie (multirun)."""


@dataclass
class _Words:
    """The words of the command, told apart."""

    runs: list[str] = field(default_factory=list)
    filters: dict[str, str] = field(default_factory=dict)
    output: Path = Path("multirun")
    yes: bool = False


def runs_command(words: Sequence[str]) -> None:
    """List, show, compare or remove runs.

    Raises:
        ConfigError: When the words are others, or name no run.
    """
    commands: dict[str, Callable[[_Words], None]] = {"show": show, "diff": diff, "remove": remove}
    first = words[0] if words else ""
    if first in commands:
        commands[first](_told_apart(words[1:]))
        return
    asked = _told_apart(words)
    if asked.runs:
        raise ConfigError(f"hito runs {' '.join(words)}: {asked.runs[0]!r} is no KEY=VALUE. It is\n{USAGE}")
    found = matching(stored_runs(asked.output), asked.filters)
    Console().print(runs_view.listing(found, asked.filters))


def show(asked: _Words) -> None:
    """`hito runs show RUN`."""
    run = _exactly(asked, 1, "show")[0]
    Console().print(runs_view.one(run))


def diff(asked: _Words) -> None:
    """`hito runs diff RUN OTHER`."""
    before, after = _exactly(asked, 2, "diff")
    Console().print(runs_view.two(before, after))


def remove(asked: _Words) -> None:
    """`hito runs remove RUN|KEY=VALUE ...`: after a question, unless `yes=true`; a run that is at work stays."""
    if not asked.runs and not asked.filters:
        raise ConfigError(f"Which runs? It is\n{USAGE}")
    runs = [find_run(word, asked.output, done=False) for word in asked.runs]
    chosen = [StoredRun(folder, record) for folder, record in runs]
    if asked.filters:
        chosen += matching(stored_runs(asked.output), asked.filters)
    chosen = list({run.folder.resolve(): run for run in chosen}.values())
    if not chosen:
        raise ConfigError("No run is like this; nothing was removed")
    Console().print(runs_view.listing(chosen, asked.filters))
    if not asked.yes and not _agreed(len(chosen)):
        terminal.messages.print("Nothing was removed.")
        return
    removed = 0
    for run in chosen:
        with lock.hold(run.folder) as ours:
            if not ours:
                terminal.messages.print(
                    f"[yellow]● {run.record.id}[/] stays: {lock.holder(run.folder)} is at work on it"
                )
                continue
            forget(run.folder)
            (run.folder / lock.FILE).unlink()
            run.folder.rmdir()
            removed += 1
    terminal.messages.print(f"{removed} run{'s' if removed != 1 else ''} removed.")


def _agreed(count: int) -> bool:
    if not sys.stdin.isatty():
        raise ConfigError("There is nobody to ask here: add yes=true to remove them")
    answer = Console().input(f"Remove {'this run' if count == 1 else f'these {count} runs'} with all files? [y/N] ")
    return answer.strip().lower() in {"y", "yes"}


def _exactly(asked: _Words, count: int, name: str) -> list[StoredRun]:
    if len(asked.runs) != count or asked.filters:
        raise ConfigError(f"hito runs {name} takes {count} run{'s' if count > 1 else ''}. It is\n{USAGE}")
    return [StoredRun(*find_run(word, asked.output, done=False)) for word in asked.runs]


def _told_apart(words: Sequence[str]) -> _Words:
    asked = _Words()
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            asked.runs.append(word)
        elif key == "output":
            asked.output = Path(value)
        elif key == "yes":
            asked.yes = value.lower() == "true"
        else:
            asked.filters[key] = value
    return asked
