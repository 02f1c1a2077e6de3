"""What a killed training goes on from."""

import logging
from pathlib import Path
from typing import Any

import torch

from components.storage import atomic_path

log = logging.getLogger(__name__)


def save(state: dict[str, Any], path: Path) -> None:
    """Write a checkpoint, atomically: a reader finds the one before or this one."""
    with atomic_path(path) as temporary:
        torch.save(state, temporary)


def load(path: Path, device: torch.device) -> dict[str, Any] | None:
    """The checkpoint at `path`; None when there is none, or when it cannot be read (which is said)."""
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except FileNotFoundError:
        return None
    except Exception as error:  # what torch raises on bytes that are no checkpoint depends on the bytes
        log.warning("%s cannot be read (%s: %s): the training begins afresh", path, type(error).__name__, error)
        return None
    return state
