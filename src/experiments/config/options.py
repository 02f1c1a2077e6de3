"""The registry is the configuration: every option file, the component that it names, and its arguments."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from experiments.config.introspection import definition


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


def list_options(folder: Path) -> Iterator[Option]:
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
