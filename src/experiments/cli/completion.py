"""What Tab completes after `hito`: options of groups and keys by Hydra, and here commands, experiments and run ids."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from experiments.cli.commands import COMMANDS, OUTPUT
from experiments.config import configuration_folder

QUERIES = {"query=bash", "query=fish"}
"""Second word of the call by which a shell asks for completions; the first is -sc or --shell-completion."""

RUN_COMMANDS = {("runs", "show"), ("runs", "diff"), ("runs", "remove"), ("compare",)}
"""Commands that take ids of runs."""


def completions(arguments: Sequence[str]) -> list[str] | None:
    """Return the words that complete the command line that a shell asks for; None if Hydra completes it.

    Args:
        arguments: The command line of the query; the line to complete is in the environment variable COMP_LINE.
    """
    if len(arguments) != 2 or arguments[0] not in {"-sc", "--shell-completion"} or arguments[1] not in QUERIES:
        return None
    line = os.environ.get("COMP_LINE", "")
    try:
        words = shlex.split(line)[1:]
    except ValueError:  # a quote that is not closed yet
        return []
    if not words or line[-1:].isspace():
        words.append("")
    *before, last = words
    if last.startswith("experiment="):
        return [f"experiment={name}" for name in _experiments() if f"experiment={name}".startswith(last)]
    if not before:
        return [name for name in COMMANDS if name.startswith(last)] if last and "=" not in last else None
    if before[0] not in COMMANDS:
        return None
    return [word for word in _after_command(before) if word.startswith(last)]


def _after_command(before: Sequence[str]) -> list[str]:
    command = COMMANDS[before[0]]
    if command.subcommands and len(before) == 1:
        return list(command.subcommands)
    if tuple(before[:2]) in RUN_COMMANDS or tuple(before[:1]) in RUN_COMMANDS:
        return _run_ids(before)
    return [f"{key}=" for key in command.options]


def _experiments() -> list[str]:
    folder = configuration_folder() / "experiment"
    return sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.yaml"))


def _run_ids(before: Sequence[str]) -> list[str]:
    """Return the ids of the runs below the output folder."""
    typed = [word.partition("=")[2] for word in before if word.startswith("output=")]
    return sorted(path.parent.name for path in Path((typed or [OUTPUT.default])[-1]).rglob("record.json"))
