"""The registry is the configuration: every option file, the component that it names, and its arguments."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from rich.console import Console
from rich.table import Table
from rich.text import Text

from components.errors import ConfigError
from experiments.command_line import configuration_folder
from experiments.sources import definition


@dataclass(frozen=True)
class Option:
    """One option file: its group and name, its component's dotted name, what it is in a line, and its arguments.

    The line is the file's own first comment, or else the first line of the component's docstring.
    """

    group: str
    name: str
    target: str
    summary: str
    arguments: dict[str, Any]


def options(folder: Path) -> Iterator[Option]:
    """Every option file below the configuration folder, by group and name."""
    for path in sorted(folder.rglob("*.yaml")):
        group = str(path.parent.relative_to(folder))
        if group == "." or group.startswith("hydra"):
            continue
        content = OmegaConf.to_container(OmegaConf.load(path), resolve=False)
        values = {str(key): value for key, value in content.items()} if isinstance(content, dict) else {}
        if "_target_" not in values and isinstance(values.get(group), dict):  # an option that sets other groups too
            values = values[group]
        target = str(values.get("_target_", ""))
        summary = leading_comment(path) or first_line(target)
        arguments = {
            key: value for key, value in values.items() if not key.startswith("_") and key not in {"defaults", "hydra"}
        }
        if group.startswith("experiment/"):  # named with their folder: experiment=thesis/closed_set
            yield Option("experiment", f"{group.removeprefix('experiment/')}/{path.stem}", target, summary, {})
        else:
            yield Option(group, path.stem, target, summary, arguments)


def components_command(words: Sequence[str]) -> None:
    """`hito components [GROUP]`: print the registry, or one group of it, as a table.

    Raises:
        ConfigError: There is no such group.
    """
    found = list(options(configuration_folder()))
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


def leading_comment(path: Path) -> str:
    """The first comment of an option file that is not for Hydra."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") and "@package" not in line:
            return line.lstrip("# ").strip()
    return ""


def first_line(target: str) -> str:
    """First line of the docstring of a dotted name, read from the source: nothing heavy is imported.

    What cannot be found in the module's own source (a re-export, compiled code) has no line here.
    """
    found = definition(target)
    return (ast.get_docstring(found) or "").partition("\n")[0] if found else target
