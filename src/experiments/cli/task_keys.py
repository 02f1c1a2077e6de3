"""Keys of the configuration that only some tasks read, or only `hito serve`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from experiments.config import configuration_folder

_NOT_OWN = {"defaults", "name", "task"}


@cache
def keys_of_tasks() -> dict[str, list[str]]:
    """Return the keys and groups that an option of `task`, or `hito serve`, adds to the configuration.

    Returns:
        For each key what to type to have it: "task=search", "hito serve".
    """
    found: dict[str, list[str]] = {}
    for path in sorted((configuration_folder() / "task").glob("*.yaml")):
        for key in _added_keys(path):
            found.setdefault(key, []).append(f"task={path.stem}")
    for key in _added_keys(configuration_folder() / "serve.yaml"):
        found.setdefault(key, []).append("hito serve")
    return found


def belongs_to(key: str, *, serve: bool = False) -> str | None:
    """Say where a key can be used; None if no task adds it to the configuration.

    Args:
        key: As typed: "k_max", "faults", "data@existing", "existing.path".
        serve: Whether it was typed after `hito serve`, where no task can be added.
    """
    name = key.partition("@")[2] or key
    owners = keys_of_tasks().get(name) or keys_of_tasks().get(name.partition(".")[0])
    if not owners:
        return None
    tasks = [owner for owner in owners if owner.startswith("task=")]
    if serve:
        return f"{key} belongs to {' and to '.join(owners)}, not to hito serve"
    if not tasks:
        return f"{key} belongs to hito serve: type it after hito serve"
    return f"{key} belongs to {' and to '.join(owners)}: add {' or '.join(tasks)}"


def _added_keys(path: Path) -> list[str]:
    """Return the keys of an option whose content is global, and the groups that its defaults list adds."""
    content: Any = OmegaConf.to_container(OmegaConf.load(path))
    if "_target_" in content:
        return []
    keys = [str(key) for key in content if key not in _NOT_OWN]
    for default in content.get("defaults", []):
        groups = [str(group) for group in default] if isinstance(default, Mapping) else []
        added = [group.lstrip("/") for group in groups if not group.startswith("override ")]
        keys += [group.partition("@")[2] or group for group in added]
    return list(dict.fromkeys(keys))
