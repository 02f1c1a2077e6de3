"""The entry point of the command line: carries out a command, a run or a sweep, and reports errors."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise

from components.errors import HitoError
from components.storage import place_error
from components.wording import did_you_mean
from experiments.cli.arguments import UsageError, command_of, parse
from experiments.cli.commands import COMMANDS
from experiments.cli.completion import completions
from experiments.cli.usage import help_text, overview, version_text
from experiments.config import CONFIG_NAME, InvalidValueError, configuration_folder

DONE, FAILED, WRONG_COMMAND_LINE, INTERRUPTED = 0, 1, 2, 130
"""Exit statuses. Failed: a run ended in an error, or the data cannot be used."""

CONFIGURED = {"serve": "serve", "wandb-sweep": CONFIG_NAME}
"""Commands whose arguments override a configuration, mapped to its primary file."""


def main(words: Sequence[str] | None = None) -> int:
    """Carry out a command line and return its exit status.

    Args:
        words: The command line without the program; None: that of the process.

    Returns:
        0: done. 1: a run failed, or the data cannot be used. 2: the command line is wrong. 130: interrupted.
    """
    arguments = list(sys.argv[1:] if words is None else words)
    # Idle OpenMP threads sleep instead of spinning: spinning tripled training time on a busy two-core machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        carry_out(arguments)
    except (UsageError, InvalidValueError) as error:
        return _report(str(error), WRONG_COMMAND_LINE)
    except HitoError as error:
        return _report(str(error), FAILED)
    except KeyboardInterrupt:
        return _report("\nInterrupted. Repeat the command to continue.", INTERRUPTED)
    except SystemExit as end:  # Hydra's own options, such as --help, end the process
        return end.code if isinstance(end.code, int) else DONE if end.code is None else FAILED
    except Exception as error:
        if (found := _in_words(error, arguments)) is None:
            raise
        return _report(*found)
    return DONE


def _in_words(error: Exception, arguments: Sequence[str]) -> tuple[str, int] | None:
    """Return what an error of a library means, and the exit status; None for a bug."""
    if isinstance(error, OSError) and (place := place_error(error)) is not None:
        return str(place), FAILED
    from experiments.cli.suggestions import explain, is_about_the_command_line
    from experiments.cli.words import prepare

    if not is_about_the_command_line(error):  # one of Hydra's is an OSError too
        return None
    first = arguments[0]
    config_name, overrides = (CONFIGURED[first], arguments[1:]) if first in CONFIGURED else (CONFIG_NAME, arguments)
    return explain(error, prepare(overrides, config_name), config_name), WRONG_COMMAND_LINE


def carry_out(arguments: Sequence[str]) -> None:
    """Carry out a command line; raises what is wrong with it."""
    first, *others = arguments or [""]
    if not first:
        print(overview())
    elif "--version" in arguments:
        print(version_text())
    elif (completed := completions(arguments)) is not None:
        print("\n".join(completed))
    elif first in COMMANDS:
        run_command(first, others)
    elif "=" in first or first.startswith(("-", "~")):
        from experiments.cli.hydra_app import run_hydra
        from experiments.cli.renamed import check_renamed
        from experiments.cli.words import prepare

        check_renamed(arguments)
        if {"--help", "-h"} & set(arguments):
            print(overview(), end="\n\n")
        run_hydra(prepare(arguments, _config_name(arguments)))
    else:
        raise UsageError(unknown_command(first))


def run_command(name: str, words: Sequence[str]) -> None:
    """Carry out one of hito's own commands, or print its help."""
    if {"--help", "-h"} & set(words):
        print(help_text(name))
        return
    if name in CONFIGURED:
        from experiments.cli.renamed import check_renamed
        from experiments.cli.words import prepare

        check_renamed(words)
        words = prepare(words, CONFIGURED[name], sweep=True if name == "wandb-sweep" else None)
    if words and words[0] in COMMANDS[name].subcommands:
        name, words = f"{name} {words[0]}", words[1:]
    arguments = parse(words, name)
    module, _, function = command_of(name).function.partition(":")
    getattr(import_module(module), function)(arguments)


def _config_name(arguments: Sequence[str]) -> str:
    """Return the primary configuration that `--config-name` names."""
    names = [word for option, word in pairwise(arguments) if option in {"--config-name", "-cn"}]
    names += [word.partition("=")[2] for word in arguments if word.startswith("--config-name=")]
    return names[-1] if names else CONFIG_NAME


def unknown_command(word: str) -> str:
    """Return the message for a first word that is neither a command nor an override."""
    folder = configuration_folder()
    if (folder / word).is_dir():
        hint = f" {word} is a group: type {word}=OPTION (`hito components {word}` lists them)"
    elif (folder / "experiment" / f"{word}.yaml").is_file():
        hint = f" Did you mean experiment={word}?"
    else:
        hint = did_you_mean(word, COMMANDS)
    return f"hito: {word!r} is neither a command nor KEY=VALUE.{hint}\nCommands: {', '.join(COMMANDS)}"


def _report(message: str, status: int) -> int:
    """Print a message on standard error and return the exit status."""
    print(message, file=sys.stderr)
    return status
