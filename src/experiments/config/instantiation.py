"""From configuration nodes to components: Hydra's instantiate, after a check of the arguments."""

import importlib
import inspect
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from components.errors import ConfigError

SPECIAL = frozenset({"_target_", "_partial_", "_args_", "_recursive_", "_convert_"})


def import_target(target: str) -> Callable[..., Any]:
    """The class or function of a dotted name; raises ConfigError when there is none."""
    module_name, _, attribute = target.rpartition(".")
    try:
        found = getattr(importlib.import_module(module_name), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(f"_target_ {target!r} cannot be imported: {error}") from error
    if not callable(found):
        raise ConfigError(f"_target_ {target!r} is no class or function")
    return found  # type: ignore[no-any-return]


def instantiate(node: Any, where: str) -> Any:
    """The component that a resolved configuration node names, or the plain value that it is.

    Raises ConfigError when the node (called `where` on the command line) has a key that no argument takes.
    """
    if not isinstance(node, Mapping | list):
        return node
    check_arguments(node, where)
    from hydra.errors import InstantiationException
    from hydra.utils import instantiate

    if not isinstance(node, list) and "_target_" not in node:
        return node
    try:
        return instantiate(node, _convert_="all")
    except InstantiationException as error:
        if error.__cause__ is None:
            raise
        raise error.__cause__ from None  # the component's own error, as it was


def check_arguments(node: Any, where: str) -> None:
    """Raise ConfigError for the first key, at any depth, that the `_target_` beside it does not take."""
    if isinstance(node, list):
        for index, one in enumerate(node):
            check_arguments(one, f"{where}[{index}]")
    if not isinstance(node, Mapping):
        return
    if "_target_" in node:
        parameters = inspect.signature(import_target(node["_target_"])).parameters
        takes_any = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters.values())
        names = [name for name, one in parameters.items() if one.kind is not inspect.Parameter.VAR_KEYWORD]
        for key in node:
            if key not in SPECIAL and key not in names and not takes_any:
                near = get_close_matches(str(key), names, n=1)
                hint = f" Did you mean {where}.{near[0]}?" if near else ""
                raise ConfigError(
                    f"{where}.{key}: {node['_target_']} takes no such argument.{hint} It takes: {', '.join(names)}"
                )
    for key, one in node.items():
        check_arguments(one, f"{where}.{key}")
