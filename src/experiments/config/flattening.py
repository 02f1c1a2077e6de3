"""Flatten a nested configuration into a mapping of dotted keys."""

from collections.abc import Mapping
from typing import Any


def flatten(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the leaves of a nested mapping by their dotted keys; lists and empty mappings are leaves.

    Args:
        value: The nested mapping.
        prefix: Put before each key.

    Examples:
        >>> flatten({"training": {"epochs": 25, "optimizer": {"lr": 0.001}}, "seed": 0})
        {'training.epochs': 25, 'training.optimizer.lr': 0.001, 'seed': 0}
    """
    leaves: dict[str, Any] = {}
    for key, item in value.items():
        name = f"{prefix}{key}"
        leaves |= flatten(item, f"{name}.") if isinstance(item, Mapping) and item else {name: item}
    return leaves
