"""Features of a frozen backbone: computed once a photo, kept on disk."""

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from components.backbones import Backbone
from components.storage import atomic_path, cache_folder, digest, creation_lock
from components.training.inputs import Inputs

log = logging.getLogger(__name__)

BATCH = 64


@torch.no_grad()
def frozen_features(
    backbone: Backbone,
    photos: Inputs,
    photos_key: str,
    *,
    on_batch: Callable[[int], None] | None = None,
) -> NDArray[np.float32]:
    """Features (n, F) float32 of every photo, from the cache when the same were computed before.

    Of several processes that ask for the same at once one computes, the others wait.

    Args:
        backbone: On the device of `photos`.
        photos: (n, S, S, 3) uint8.
        photos_key: Names the photos and their preprocessing; with the backbone's fingerprint it is the cache's key.
        on_batch: Told how many photos each batch had.
    """
    file = cache_folder("features") / f"{digest(backbone.fingerprint(), photos_key, photos.device.type)[:32]}.npy"
    if (found := _kept(file)) is not None:
        return found
    with creation_lock(file):
        if (found := _kept(file)) is not None:
            return found
        backbone.eval()
        features = np.empty((len(photos), backbone.out_features), dtype=np.float32)
        for rows, batch in photos.batches(torch.arange(len(photos)), BATCH):
            features[rows.numpy()] = backbone(batch).float().cpu().numpy()
            if on_batch:
                on_batch(len(rows))
        with atomic_path(file) as path, path.open("wb") as stream:
            np.save(stream, features)
    return features


def _kept(file: Path) -> NDArray[np.float32] | None:
    try:
        found: NDArray[np.float32] = np.load(file)
    except FileNotFoundError:
        return None
    except (ValueError, EOFError) as error:
        log.warning("%s cannot be read (%s): the features are computed again", file, error)
        return None
    return found
