"""`hito components [GROUP]`: the options of the configuration as a table."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from components.errors import ConfigError
from experiments.config import configuration_folder, list_options


def components_command(words: Sequence[str]) -> None:
    """`hito components [GROUP]`: print the registry, or one group of it, as a table.

    Raises:
        ConfigError: There is no such group.
    """
    found = list(list_options(configuration_folder()))
    groups = sorted({option.group for option in found})
    for group in words[:1]:
        chosen = [option for option in found if option.group == group or option.group.startswith(f"{group}/")]
        if not chosen:
            near = get_close_matches(group, groups, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise ConfigError(f"There is no group {group!r}.{hint} Groups: {', '.join(groups)}")
        found = chosen
    table = Table(title="hito components", title_justify="left", caption="take one with GROUP=OPTION", show_lines=False)
    for heading in ("group", "option"):
        table.add_column(heading, no_wrap=True)
    table.add_column("what it is", ratio=3)
    table.add_column("arguments and their defaults", ratio=2, overflow="fold")
    before = ""
    for option in found:
        if before and option.group != before:
            table.add_section()
        shown = "" if option.group == before else option.group
        before = option.group
        details = {} if option.group.startswith(("experiment", "protocol")) else option.arguments
        values = "\n".join(f"{key}={brief(value)}" for key, value in details.items())
        table.add_row(Text(shown, style="bold"), option.name, Text(option.summary), Text(values, style="dim"))
    Console().print(table)


def brief(value: Any) -> str:
    """A default in a few characters; of a component inside, its name and arguments."""
    if isinstance(value, dict):
        inside = ", ".join(f"{key}={brief(one)}" for key, one in value.items() if not key.startswith("_"))
        name = str(value.get("_target_", "")).rpartition(".")[2]
        return f"{name}({inside})" if name else f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(brief, value))}]"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
