"""List the options of the configuration: each option file with the component that it names and its arguments."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from experiments.config.introspection import definition


@dataclass(frozen=True)
class Option:
    """One option of a configuration group.

    Attributes:
        group: The group; "experiment" for all experiments.
        name: Name of the option: its file, without extension; an experiment's with its folder (thesis/closed_set).
        target: Dotted name of the component; "" if the option names none.
        summary: The first comment of the file; if it has none, the first line of the component's docstring.
        arguments: The values that the option sets: arguments of its component, and keys beside it.
    """

    group: str
    name: str
    target: str
    summary: str
    arguments: dict[str, Any]


def list_options(folder: Path) -> Iterator[Option]:
    """Yield all options below a configuration folder, sorted by group and name; no component is imported."""
    for path in sorted(folder.rglob("*.yaml")):
        group = path.parent.relative_to(folder).as_posix()
        if group == "." or group.startswith("hydra"):
            continue
        values = _merged(path)
        node, beside = values, {}
        if "_target_" not in values and isinstance(values.get(group), dict):  # a file of the package _global_
            node = values[group]
            beside = {key: value for key, value in values.items() if not (folder / key).is_dir()}
        target = str(node.get("_target_", ""))
        summary = leading_comment(path) or first_line(target)
        if group.startswith("experiment/"):
            yield Option("experiment", f"{group.removeprefix('experiment/')}/{path.stem}", target, summary, {})
            continue
        arguments = {key: value for key, value in {**node, **beside}.items() if not key.startswith("_")}
        yield Option(group, path.stem, target, summary, arguments)


def _merged(path: Path) -> dict[str, Any]:
    """Return the keys of an option file, merged with those of the options of its own group in its defaults list."""
    content = OmegaConf.to_container(OmegaConf.load(path), resolve=False)
    values = {str(key): value for key, value in content.items()} if isinstance(content, dict) else {}
    values.pop("hydra", None)
    defaults = values.pop("defaults", [])
    if "_self_" not in defaults:
        defaults = [*defaults, "_self_"]
    merged: dict[str, Any] = {}
    for entry in defaults:
        if entry == "_self_":
            merged |= values
        elif isinstance(entry, str) and "/" not in entry:
            merged |= _merged(path.with_name(f"{entry}.yaml"))
    return merged


def leading_comment(path: Path) -> str:
    """Return the first comment of an option file, without `@package` headers; "" if it has none."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") and "@package" not in line:
            return line.lstrip("# ").strip()
    return ""


def first_line(target: str) -> str:
    """Return the first line of a component's docstring, read from the source; its dotted name if that is not found."""
    found = definition(target)
    return (ast.get_docstring(found) or "").partition("\n")[0] if found else target
