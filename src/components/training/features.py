"""Features of a frozen backbone, cached on disk."""

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from components.backbones import Backbone
from components.storage import atomic_path, cache_folder, creation_lock, digest
from components.training.inputs import Inputs

log = logging.getLogger(__name__)

BATCH_SIZE = 64


@torch.no_grad()
def frozen_features(
    backbone: Backbone,
    photos: Inputs,
    photos_key: str,
    *,
    on_batch: Callable[[int], None] | None = None,
) -> NDArray[np.float32]:
    """Compute the features of all photos, or read them from the cache.

    If several processes request the same features at the same time, one computes them and the others wait.

    Args:
        backbone: Backbone on the device of `photos`.
        photos: (n, S, S, 3) uint8.
        photos_key: Identifies photos and preprocessing; the cache key consists of it, the backbone's fingerprint and
            the device type.
        on_batch: Called after each batch with its number of photos.

    Returns:
        (n, F) float32.
    """
    file = cache_folder("features") / f"{digest(backbone.fingerprint(), photos_key, photos.device.type)[:32]}.npy"
    if (cached := _read(file)) is not None:
        return cached
    with creation_lock(file):
        if (cached := _read(file)) is not None:
            return cached
        backbone.eval()
        features = np.empty((len(photos), backbone.out_features), dtype=np.float32)
        for rows, batch in photos.batches(torch.arange(len(photos)), BATCH_SIZE):
            features[rows.numpy()] = backbone(batch).float().cpu().numpy()
            if on_batch:
                on_batch(len(rows))
        with atomic_path(file) as path, path.open("wb") as stream:
            np.save(stream, features)
    return features


def _read(file: Path) -> NDArray[np.float32] | None:
    """Return the cached array; None if there is none, or, with a warning, if it cannot be read."""
    try:
        cached: NDArray[np.float32] = np.load(file)
    except FileNotFoundError:
        return None
    except (ValueError, EOFError) as error:
        log.warning("%s cannot be read (%s): the features are computed again", file, error)
        return None
    return cached
