"""Features of a backbone as an embedding of photos."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import torch

from components.backbones import Backbone
from components.embedders.cached import Cached
from components.embedders.embedder import Batch
from components.embedders.photo_batches import squashed_batches
from components.errors import ConfigError
from components.storage import digest
from components.training import pick_device
from components.wording import counted

FEATURES_VERSION = 1
"""Increased whenever the same backbone gives other vectors for the same photo."""


def backbone_features(
    *, backbone: Callable[..., Backbone], size: int = 224, batch_size: int = 32, device: str = "auto"
) -> Cached:
    """Embed photos as the pooled, normalised features of a backbone; texts are not supported.

    Args:
        backbone: Creates the network, given `image_size`.
        size: Side in pixels that photos are resized to, ignoring their aspect ratio.
        batch_size: Photos per forward pass.
        device: Device of the network.
    """
    return Cached(BackboneEncoder(backbone, size=size, batch_size=batch_size, device=device))


class BackboneEncoder:
    """The encoder of `backbone_features`."""

    def __init__(self, backbone: Callable[..., Backbone], *, size: int, batch_size: int, device: str) -> None:
        """Store the arguments of `backbone_features`."""
        self.make_backbone, self.size, self.batch_size, self.requested_device = backbone, size, batch_size, device

    @property
    def dimension(self) -> int:
        """Number of features of the backbone."""
        return self._backbone.out_features

    def fingerprint(self) -> str:
        """Return a hash of the fingerprint of the backbone and the preprocessing."""
        return digest(f"backbone {FEATURES_VERSION} {self.size}", self._backbone.fingerprint())

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """Yield batches of features of photos."""
        for rows, photos in squashed_batches(paths, self.size, self.batch_size):
            with torch.inference_mode():
                yield rows, self._backbone(photos.to(self._device)).float().cpu().numpy()

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Raise ConfigError, since a backbone has no text encoder."""
        raise ConfigError(
            f"embedder=backbone embeds photos only, and here {counted(len(texts), 'text')} must be embedded too: use "
            "embedder=conse for both"
        )

    @cached_property
    def _device(self) -> torch.device:
        return pick_device(self.requested_device)

    @cached_property
    def _backbone(self) -> Backbone:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)  # so that random weights (backbone=cnn) are the same in every process
            return self.make_backbone(image_size=self.size).to(self._device).eval()
