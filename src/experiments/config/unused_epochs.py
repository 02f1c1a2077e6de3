"""Epochs that an augmentation with phases of its own sets aside."""

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.config.introspection import parameter_names


def unused_epochs(overrides: Sequence[str], nodes: Mapping[str, Any]) -> str | None:
    """Say that `training.epochs` was typed and has no effect; None if it has, or was not typed.

    Args:
        overrides: Of the run, as typed.
        nodes: Its resolved configuration.
    """
    typed = dict(word.lstrip("+").split("=", 1) for word in overrides if "=" in word)
    augmentation = nodes.get("augmentation")
    own = augmentation.get("epochs") if isinstance(augmentation, Mapping) else None
    if "training.epochs" not in typed or own is None or "augmentation.epochs" in typed:
        return None
    if not {"training", "augmentation"} <= set(parameter_names(str(nodes["task"]["_target_"]))):
        return None
    plain = augmentation.get("plain_epochs", 0) if isinstance(augmentation, Mapping) else 0
    asked = typed["training.epochs"]
    return (
        f"training.epochs={asked} has no effect: the augmentation trains {own} epochs on augmented photos and {plain} "
        f"on the original ones. Set these instead: augmentation.epochs={asked} augmentation.plain_epochs=0."
    )
