"""Explains a key of an override that the configuration does not have."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from omegaconf import DictConfig, ListConfig, OmegaConf

from components.wording import did_you_mean
from experiments.cli.task_keys import belongs_to, keys_of_tasks
from experiments.config import configuration_folder, list_options, similar_keys


def explain_key(key: str, value: Any, config: DictConfig, *, serve: bool = False) -> str | None:
    """Say what is wrong with KEY=VALUE; None if the configuration has the key.

    Args:
        key: Dotted, as typed.
        value: As Hydra parsed it; a mapping sets several keys below `key`.
        config: Composed from the other overrides.
        serve: Whether it is the configuration of `hito serve`.
    """
    if reference := _reference(config, key):
        part, source = reference
        meant = source + key.removeprefix(part)
        if problem := explain_key(meant, value, config, serve=serve):
            return f"{key}: {part} is taken from {source}.\n{problem}"
        return f"{key}: {part} is taken from {source}. Set {meant}, which changes both"
    if not _has(config, key):
        return _unknown(key, config, serve=serve)
    node = OmegaConf.select(config, key, throw_on_resolution_failure=False)
    if isinstance(value, Mapping) and isinstance(node, DictConfig):
        names = [str(name) for name in node if not str(name).startswith("_")]
        for name in map(str, value):
            if name not in node:
                hint = did_you_mean(name, names)
                return f"{key}: it has the keys {', '.join(names)}, and has no key {name}.{hint}"
    return None


def keys_of(config: DictConfig, prefix: str = "") -> list[str]:
    """Return all keys of a configuration by their dotted names, branches included."""
    keys: list[str] = []
    for key in map(str, config):
        if key.startswith("_"):
            continue
        keys.append(f"{prefix}{key}")
        value = OmegaConf.select(config, key, throw_on_missing=False, throw_on_resolution_failure=False)
        if isinstance(value, DictConfig):
            keys += keys_of(value, f"{prefix}{key}.")
    return keys


def groups() -> list[str]:
    """Return the names of hito's groups: "backbone", "location/spacing"."""
    folder = configuration_folder()
    names = (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_dir())
    return sorted(name for name in names if name.partition("/")[0] != "hydra")


def _unknown(key: str, config: DictConfig, *, serve: bool) -> str:
    if sentence := belongs_to(key, serve=serve):
        return sentence
    keys = keys_of(config)
    parent = key.rpartition(".")[0]
    siblings = [known.removeprefix(f"{parent}.") for known in keys if known.rpartition(".")[0] == parent]
    elsewhere = _keys_of_options(key.partition(".")[0])
    if key in elsewhere:
        hint = f" It is a key of {' or '.join(elsewhere[key])}"
    else:
        here = similar_keys(key, [*keys, *groups(), *keys_of_tasks()])
        is_near = get_close_matches(key.rpartition(".")[2], siblings, n=1, cutoff=0.8)
        hint = here if is_near else similar_keys(key, elsewhere) or here
    listed = f"\nKeys of {parent or 'the configuration'}: {', '.join(siblings)}" if siblings else ""
    return f"{key}: there is no such key.{hint}{listed}"


def _keys_of_options(group: str) -> dict[str, list[str]]:
    """Return the dotted keys that some option of a group has, and the options: training.epochs: [training=thesis]."""
    found: dict[str, list[str]] = {}
    files = {path.stem: path.read_text(encoding="utf-8") for path in (configuration_folder() / group).glob("*.yaml")}
    for option in list_options(configuration_folder()):
        first, _, within = option.group.partition("/")
        if first != group:
            continue
        names = [option.name] if not within else [name for name, text in files.items() if f"{within}:" in text]
        for name in option.arguments:
            key = f"{option.group.replace('/', '.')}.{name}"
            found[key] = sorted({*found.get(key, []), *(f"{group}={one}" for one in names)})
    return found


def _has(config: DictConfig, key: str) -> bool:
    """Whether the configuration has the key, which may have no value (null, ???, an interpolation)."""
    parent, _, last = key.rpartition(".")
    node = OmegaConf.select(config, parent, throw_on_resolution_failure=False) if parent else config
    return last in list(node) if isinstance(node, DictConfig) else isinstance(node, ListConfig)  # `in` skips ???


def _reference(config: DictConfig, key: str) -> tuple[str, str] | None:
    """Return the part of `key` whose value is a reference, `${other}`, and the key that it refers to."""
    parts = key.split(".")
    for length in range(1, len(parts)):
        parent, last = ".".join(parts[: length - 1]), parts[length - 1]
        node = OmegaConf.select(config, parent) if parent else config
        if not isinstance(node, DictConfig) or last not in node:
            return None
        if OmegaConf.is_interpolation(node, last):
            source = str(OmegaConf.to_container(node, resolve=False)[last])[2:-1]  # type: ignore[call-overload, index]
            return ".".join(parts[:length]), source
    return None
