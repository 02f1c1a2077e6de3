"""Checkpoints, from which an interrupted training is resumed."""

import logging
from pathlib import Path
from typing import Any

import torch

from components.storage import atomic_path

log = logging.getLogger(__name__)


def save(state: dict[str, Any], path: Path) -> None:
    """Write a checkpoint atomically: a reader finds either the previous checkpoint or this one."""
    with atomic_path(path) as temporary:
        torch.save(state, temporary)


def load(path: Path, device: torch.device) -> dict[str, Any] | None:
    """Return the checkpoint at `path`; None if there is none, or, with a warning, if it cannot be read."""
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except FileNotFoundError:
        return None
    except Exception as error:  # torch raises various exceptions for bytes that are not a checkpoint
        log.warning("%s cannot be read (%s: %s): training starts again", path, type(error).__name__, error)
        return None
    return state
