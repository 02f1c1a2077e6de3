"""`hito components [GROUP]`: the options of the configuration as a table."""

from typing import Any

from rich.console import Console
from rich.text import Text

from components.wording import did_you_mean
from experiments.cli.arguments import Arguments, UsageError
from experiments.config import configuration_folder, list_options


def components_command(arguments: Arguments) -> None:
    """Print all options of the configuration, or those of one group.

    Args:
        arguments: At most the name of a group; groups below it are printed too.

    Raises:
        UsageError: There is no such group.
    """
    options = list(list_options(configuration_folder()))
    for group in arguments.names:
        groups = sorted({option.group for option in options})
        options = [option for option in options if option.group == group or option.group.startswith(f"{group}/")]
        if not options:
            hint = did_you_mean(group, groups)
            raise UsageError(f"hito components: there is no group {group!r}.{hint}\nGroups: {', '.join(groups)}")
    from experiments.console import plain_table

    table = plain_table("hito components", caption="choose one with GROUP=OPTION")
    for heading in ("group", "option"):
        table.add_column(heading, no_wrap=True)
    table.add_column("description", ratio=3)
    table.add_column("arguments and their defaults", ratio=2, overflow="fold")
    previous = ""
    for option in options:
        if previous and option.group != previous:
            table.add_section()
        group = "" if option.group == previous else option.group
        previous = option.group
        arguments_shown = {} if option.group.startswith(("experiment", "protocol")) else option.arguments
        values = "\n".join(f"{key}={brief(value)}" for key, value in arguments_shown.items())
        table.add_row(Text(group, style="bold"), option.name, Text(option.summary), Text(values, style="dim"))
    Console().print(table)


def brief(value: Any) -> str:
    """Return a default value in one line; a nested component as its name and arguments."""
    if isinstance(value, dict):
        arguments = ", ".join(f"{key}={brief(item)}" for key, item in value.items() if not key.startswith("_"))
        name = str(value.get("_target_", "")).rpartition(".")[2]
        return f"{name}({arguments})" if name else f"{{{arguments}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(brief, value))}]"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
