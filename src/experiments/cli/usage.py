"""The help texts: of hito as a whole, and of each of its commands."""

from importlib.metadata import version

from experiments.cli.commands import COMMANDS, Command

EXAMPLES = {
    "hito task=classify data=folder data.root=PHOTOS": "one run: options of groups and values are overridden by name",
    "hito experiment=thesis/closed_set": "an experiment: a sweep that ends in a table and a report",
    "hito -m replicates=3 backbone=cnn,timm": "a sweep of your own, each network trained three times",
    "hito task=prepare data=folder data.root=PHOTOS": "check photos before anything is trained",
}


def overview() -> str:
    """Return the page that `hito` without arguments prints."""
    lines = ["hito: experiments on recognising points of interest in photos", "", "Usage:"]
    lines += ["  hito [GROUP=OPTION ...] [KEY=VALUE ...]", "  hito COMMAND ...", "", "Examples:"]
    for example, meaning in EXAMPLES.items():
        lines += [f"  {example}", f"      {meaning}"]
    lines += ["", "Commands:", *_columns({name: command.summary for name, command in COMMANDS.items()})]
    lines += ["", *_columns({
        "hito COMMAND --help": "arguments of a command",
        "hito components": "all groups and their options",
        "hito --help": "this page, all groups, and the default configuration",
        "hito --version": "the version of hito",
    })]  # fmt: skip
    return "\n".join(lines)


def version_text() -> str:
    """Return the name and version of the installed package."""
    return f"hito {version('hito')}"


def usage(name: str) -> str:
    """Return the usage lines of a command: one for it, and one for each of its subcommands."""
    first, _, second = name.partition(" ")
    command = COMMANDS[first]
    if second:
        return f"Usage: {_line(name, command.subcommands[second])}"
    commands = {name: command} | {f"{name} {word}": subcommand for word, subcommand in command.subcommands.items()}
    return "Usage: " + "\n       ".join(_line(full_name, each) for full_name, each in commands.items())


def help_text(name: str) -> str:
    """Return what `hito COMMAND --help` prints."""
    command = COMMANDS[name]
    lines = [f"hito {name}: {command.summary}", "", usage(name)]
    options = dict(command.options)
    for subcommand in command.subcommands.values():
        options |= subcommand.options
    if options:
        rows = {
            f"{key}=": option.help + (f" (default: {option.default})" if option.default else "")
            for key, option in options.items()
        }
        lines += ["", *_columns(rows)]
    if name in NOTES:
        lines += ["", NOTES[name]]
    return "\n".join(lines)


NOTES = {
    "compare": "BASELINE and RUN are ids of runs that are done, the beginnings of ids, or folders.",
    "runs": "KEY=VALUE chooses runs: status=failed, experiment=thesis/*, backbone=cnn, seed=3, training.epochs=25.\n"
    "RUN and OTHER are ids of runs, the beginnings of ids, or folders.",
    "serve": "KEY=VALUE overrides the configuration of the page, as for task=review: data=table data.path=FILE,\n"
    "classifier=ID, calibration=ID, and its own keys photo_map=ID, host=127.0.0.1, port=8765.\n"
    "`hito --config-name serve --cfg job` prints all of it.",
    "wandb-sweep": "OVERRIDE is an argument of a sweep of hito: experiment=NAME, backbone=cnn,timm,\n"
    "'training.optimizer.lr=interval(1e-4,1e-2)'.",
}
"""Further lines of the help of a command."""


def _line(name: str, command: Command) -> str:
    options = [f"[{key}={option.default or '...'}]" for key, option in command.options.items()]
    return " ".join(part for part in ("hito", name, command.names, command.overrides, *options) if part)


def _columns(rows: dict[str, str]) -> list[str]:
    width = max(map(len, rows))
    return [f"  {word:<{width}}  {meaning}" for word, meaning in rows.items()]
