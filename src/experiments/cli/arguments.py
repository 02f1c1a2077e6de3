"""Parses the arguments of hito's own commands: names, and KEY=VALUE."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.errors import ConfigError
from components.wording import counted, did_you_mean
from experiments.cli.commands import COMMANDS, Command
from experiments.cli.usage import usage


class UsageError(ConfigError):
    """The command line is wrong: hito ends with exit status 2."""


@dataclass(frozen=True)
class Arguments:
    """The parsed arguments of a command.

    Attributes:
        command: Its name, as in "runs show".
        names: Arguments without "=", in their order.
        options: Values of all options of the command, by key, defaults included.
        overrides: Other KEY=VALUE arguments, as they were typed.
    """

    command: str
    names: tuple[str, ...]
    options: Mapping[str, str]
    overrides: tuple[str, ...]

    def seconds(self, key: str) -> float:
        """Return an option as a positive number; raises UsageError if it is none."""
        try:
            value = float(self.options[key])
        except ValueError:
            value = 0.0
        if not 0 < value < float("inf"):
            raise UsageError(
                f"hito {self.command}: {key}={self.options[key]}: expected a number of seconds, such as {key}=30"
            )
        return value

    def flag(self, key: str) -> bool:
        """Return an option as a truth value; raises UsageError if it is neither `true` nor `false`."""
        value = self.options[key].lower()
        if value not in {"true", "false"}:
            raise UsageError(f"hito {self.command}: {key}={self.options[key]}: expected true or false")
        return value == "true"


def parse(words: Sequence[str], name: str) -> Arguments:
    """Parse the words after a command.

    Args:
        words: Without the command itself.
        name: Of the command in `COMMANDS`; "runs show" for a subcommand.

    Raises:
        UsageError: For an unknown argument, an option without a value, or too few names; the message has the usage.
    """
    command = command_of(name)
    names: list[str] = []
    overrides: list[str] = []
    options = {key: option.default for key, option in command.options.items()}
    for word in words:
        key, equals, value = word.partition("=")
        if equals and key in options:
            if not value:
                raise UsageError(f"hito {name}: {key}= has no value.\n{usage(name)}")
            options[key] = value
        elif command.overrides and (equals or word.startswith("~")):
            overrides.append(word)
        elif equals or word.startswith("-") or len(names) == command.maximum:
            hint = did_you_mean(key, [*options, *command.subcommands])
            raise UsageError(f"hito {name}: unknown argument {word!r}.{hint}\n{usage(name)}")
        else:
            names.append(word.rstrip("/"))
    if len(names) < command.minimum:
        expected = f"expected {command.names}, got {counted(len(names), 'argument')}"
        raise UsageError(f"hito {name}: {expected}.\n{usage(name)}")
    return Arguments(name, tuple(names), options, tuple(overrides))


def command_of(name: str) -> Command:
    """Return the command, or the subcommand, of this name."""
    first, _, second = name.partition(" ")
    return COMMANDS[first].subcommands[second] if second else COMMANDS[first]
