"""Features of a backbone as an embedding: photos only."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from components.backbones import Backbone
from components.data import resized
from components.embedders.cached import Cached
from components.embedders.decoded_batches import decoded_batches
from components.embedders.embedder import Batch
from components.errors import ConfigError
from components.storage import digest
from components.training import pick_device

FEATURES_VERSION = 1
"""Goes up whenever the same photo would get another vector of the same backbone."""


def backbone_features(
    *, backbone: Callable[..., Backbone], size: int = 224, batch_size: int = 32, device: str = "auto"
) -> Cached:
    """Features of any backbone, pooled and normalised; photos only, no texts.

    Args:
        backbone: Makes the network, given `image_size`.
        size: Side in pixels to which a photo is squashed.
        batch_size: Photos a forward pass.
        device: Of the network.
    """
    return Cached(BackboneEncoder(backbone, size=size, batch_size=batch_size, device=device))


class BackboneEncoder:
    """The model of `backbone_features`."""

    def __init__(self, backbone: Callable[..., Backbone], *, size: int, batch_size: int, device: str) -> None:
        """Keep the arguments of `backbone_features`."""
        self.make_backbone, self.size, self.batch_size, self.device_wanted = backbone, size, batch_size, device

    @property
    def dimension(self) -> int:
        """Features of the backbone."""
        return self._backbone.out_features

    def fingerprint(self) -> str:
        """Hash of the backbone's own fingerprint and the preprocessing."""
        return digest(f"backbone {FEATURES_VERSION} {self.size}", self._backbone.fingerprint())

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """Batches of features; photos are decoded while the network computes."""

        def prepare(photo: Image.Image) -> NDArray[np.uint8]:
            return np.asarray(resized(photo, self.size, "squash"))

        for rows, photos in decoded_batches(paths, prepare, self.batch_size, at_least=2 * self.size):
            with torch.inference_mode():
                batch = torch.from_numpy(np.stack(photos)).to(self._device).permute(0, 3, 1, 2)
                yield rows, self._backbone(batch).float().cpu().numpy()

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """There are none: raises ConfigError."""
        raise ConfigError(
            f"embedder=backbone knows photos only and cannot embed {len(texts)} texts; embedder=conse takes both"
        )

    @cached_property
    def _device(self) -> torch.device:
        return pick_device(self.device_wanted)

    @cached_property
    def _backbone(self) -> Backbone:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)  # random weights (backbone=cnn) are the same in every process
            return self.make_backbone(image_size=self.size).to(self._device).eval()
