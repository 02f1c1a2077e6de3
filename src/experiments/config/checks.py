"""Check a composed configuration against the annotations of what it configures, before anything is imported."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from components.errors import ConfigError
from components.wording import did_you_mean
from experiments.config.flattening import flatten
from experiments.config.paths import CONFIG_NAME, configuration_folder
from experiments.config.ranges import Range, range_of
from experiments.config.shared_keys import SHARED_KEYS, type_of_key
from experiments.config.signatures import parameters
from experiments.config.similar_keys import similar_keys
from experiments.config.value_types import Alternatives, allows, in_words, kinds, of_annotation

SPECIAL = frozenset({"_target_", "_partial_", "_args_", "_recursive_", "_convert_"})
"""Keys of a node that Hydra reads; all others are arguments."""

Problem = tuple[str, str]
"""A key, and what follows it in the message."""

MAX_SHOWN = 60
"""Largest number of characters of a value in a message."""


class InvalidValueError(ConfigError):
    """The configuration has a value of the wrong type, or a key that nothing reads."""


def check_values(nodes: Mapping[str, Any], config: DictConfig | None = None) -> None:
    """Check all keys and values of a resolved configuration.

    Args:
        nodes: The configuration as plain values.
        config: The same, not resolved: a key that nothing reads may be one that other values refer to.

    Raises:
        InvalidValueError: For the values that are not what their annotations and ranges allow, for arguments that no
            component takes, and for keys that nothing reads.
    """
    problems: dict[tuple[str, str], str] = {}
    for key, problem in [*_unread_keys(nodes, config), *_wrong_values(nodes)]:
        name = key.rpartition(".")[2]  # a value that others are taken from, such as seed, is named once
        problems.setdefault((name, problem), key + problem)
    if problems:
        raise InvalidValueError("\n".join(problems.values()))


def _unread_keys(nodes: Mapping[str, Any], config: DictConfig | None) -> Iterator[Problem]:
    task = nodes.get("task")
    taken = parameters(str(task.get("_target_"))) if isinstance(task, Mapping) else None
    if taken is None:
        return  # a task of a package whose source is not found
    for key in nodes:
        if key in SHARED_KEYS or key in taken or (configuration_folder() / key).is_dir() or key in _primary_keys():
            continue
        if config is not None and f"${{{key}" in OmegaConf.to_yaml(config):
            continue
        hint = similar_keys(key, [*SHARED_KEYS, *flatten({name: nodes[name] for name in nodes if name != key})])
        yield key, f": nothing reads this key.{hint} Remove it, or refer to it as ${{{key}}} in another value"


@cache
def _primary_keys() -> set[str]:
    """Return the keys of the primary files."""
    files = (configuration_folder() / f"{name}.yaml" for name in (CONFIG_NAME, "serve"))
    return {str(key) for file in files for key in OmegaConf.load(file)}


def _wrong_values(nodes: Mapping[str, Any]) -> Iterator[Problem]:
    for key, value in nodes.items():
        if isinstance(value, Mapping) and "_target_" in value:
            yield from _of_component(value, key)
        elif isinstance(value, Mapping) and (configuration_folder() / key).is_dir():
            for name, item in value.items():
                if isinstance(item, Mapping) and "_target_" in item:
                    yield from _of_component(item, f"{key}.{name}")
                else:
                    yield from _of_value(f"{key}.{name}", item, type_of_key(f"{key}.{name}", nodes), name, key)
        else:
            yield from _of_value(key, value, type_of_key(key, nodes), key, "")


def _of_component(node: Mapping[str, Any], key: str) -> Iterator[Problem]:
    """Yield what is wrong with the arguments of a component, and of the components that it is given."""
    target = str(node["_target_"])
    taken = parameters(target)
    for name, value in node.items():
        if name in SPECIAL:
            continue
        if taken is not None and name not in taken:
            hint = did_you_mean(str(name), taken)
            listed = ", ".join(taken) or "none"
            yield f"{key}.{name}", f": {target} has no such parameter.{hint} Its parameters: {listed}"
            continue
        parameter = taken[name] if taken is not None else None
        alternatives = of_annotation(parameter.annotation, parameter.module) if parameter else ()
        yield from _of_value(f"{key}.{name}", value, alternatives, name, target)
        yield from _nested(value, f"{key}.{name}")


def _nested(value: Any, key: str) -> Iterator[Problem]:
    if isinstance(value, Mapping) and "_target_" in value:
        yield from _of_component(value, key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _nested(item, f"{key}[{index}]")


def _of_value(key: str, value: Any, alternatives: Alternatives, name: str, owner: str) -> Iterator[Problem]:
    interval = range_of(name, owner)
    if not alternatives and interval is not None:
        if not _is_number_in(value, interval):
            yield key, f"={_shown(value)}: expected a number {interval}"
    elif not allows(value, alternatives, interval):
        expected = in_words(alternatives, interval)
        yield key, f"={_shown(value)}: expected {expected}{_advice(key, value, alternatives)}"


def _is_number_in(value: Any, interval: Range) -> bool:
    """Return whether a value of which only the range is known is a number, or none that could be checked."""
    if value is None or isinstance(value, Mapping | list):
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and interval.holds(value)


def _advice(key: str, value: Any, alternatives: Alternatives) -> str:
    """Return what to type where a component is expected, and a list of one item where a list is."""
    group = Path(key.replace(".", "/"))
    if "component" in kinds(alternatives) and (configuration_folder() / group).is_dir():
        return f". Options are chosen by {group.as_posix()}=OPTION: type {group.as_posix()}={value}"
    if "list" in kinds(alternatives) and isinstance(value, str | int | float) and not isinstance(value, bool):
        return f". For one item type {key}=[{value}]"
    if "text" in kinds(alternatives) and not isinstance(value, list | Mapping):
        return f". In a file, put it in quotes: '{value}'"
    return ""


def _shown(value: Any) -> str:
    """Return a value as it is typed, shortened."""
    words = {None: "null", True: "true", False: "false"}
    text = words.get(value, str(value)) if value is None or isinstance(value, bool) else str(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."
