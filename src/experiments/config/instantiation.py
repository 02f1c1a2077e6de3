"""Create components from configuration nodes: Hydra's `instantiate`, after a check of the arguments."""

import importlib
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from components.errors import ConfigError
from components.wording import did_you_mean

SPECIAL = frozenset({"_target_", "_partial_", "_args_", "_recursive_", "_convert_"})
"""Keys of a node that Hydra reads; all others are arguments."""


def import_target(target: str) -> Callable[..., Any]:
    """Return the class or function of a dotted name.

    Raises:
        ConfigError: It cannot be imported, or is neither a class nor a function.
    """
    module_name, _, attribute = target.rpartition(".")
    try:
        found = getattr(importlib.import_module(module_name), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(f"_target_ {target!r} cannot be imported: {error}") from error
    if not callable(found):
        raise ConfigError(f"_target_ {target!r} is neither a class nor a function")
    return found  # type: ignore[no-any-return]


def instantiate(node: Any, key: str) -> Any:
    """Return the component that a resolved node names, or the node itself if it is a plain value.

    Args:
        node: The node.
        key: Its dotted key in the configuration, for errors.

    Raises:
        ConfigError: The component cannot be imported, or has no parameter of a name that the node gives.
    """
    if not isinstance(node, Mapping | list):
        return node
    check_arguments(node, key)
    from hydra.errors import InstantiationException
    from hydra.utils import instantiate

    if not isinstance(node, list) and "_target_" not in node:
        return node
    try:
        return instantiate(node, _convert_="all")
    except InstantiationException as error:
        if error.__cause__ is None:
            raise
        raise error.__cause__ from None  # the component's own error


def check_arguments(node: Any, key: str) -> None:
    """Check that each component in a node, at any depth, has a parameter for each argument that it is given.

    Args:
        node: The node.
        key: Its dotted key in the configuration, for errors.

    Raises:
        ConfigError: A component cannot be imported or lacks a parameter.
    """
    if isinstance(node, list):
        for index, item in enumerate(node):
            check_arguments(item, f"{key}[{index}]")
    if not isinstance(node, Mapping):
        return
    if "_target_" in node:
        _check_own_arguments(node, key)
    for name, item in node.items():
        check_arguments(item, f"{key}.{name}")


def _check_own_arguments(node: Mapping[str, Any], key: str) -> None:
    parameters = inspect.signature(import_target(node["_target_"])).parameters
    if any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    for name in node:
        if name not in SPECIAL and name not in parameters:
            hint = did_you_mean(str(name), parameters)
            raise ConfigError(
                f"{key}.{name}: {node['_target_']} has no such parameter.{hint} "
                f"Its parameters: {', '.join(parameters) or 'none'}"
            )
