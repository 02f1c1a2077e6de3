"""Adapters for torchvision.transforms.v2 with an explicit generator."""

from collections.abc import Callable

import torch
from torch import Tensor

from components.augmentations.random_numbers import global_generators


class PerImage:
    """Apply a torchvision transform to each photo separately; on a batch it would use the same values for all photos.

    For transforms such as ColorJitter, TrivialAugmentWide and RandAugment.
    """

    def __init__(self, transform: Callable[[Tensor], Tensor]) -> None:
        """Set the transform, from (3, H, W) to (3, H, W); it draws from torch's global generators."""
        self.transform = transform

    def __call__(self, images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return the transformed `images` (B, 3, H, W) of unchanged type, and `targets` unchanged."""
        with global_generators(generator, images.device):
            return torch.stack([self.transform(image) for image in images]), targets


class WholeBatch:
    """Apply a torchvision transform that mixes photos and labels of a batch: MixUp (Zhang et al. 2018), CutMix.

    The transform pairs each photo with the previous one in the batch; batches must be shuffled.
    """

    def __init__(self, transform: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]) -> None:
        """Set the transform of floating point images (B, 3, H, W) and soft labels (B, C)."""
        self.transform = transform

    def __call__(self, images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return mixed `images` (B, 3, H, W) as floats in [0, 1], and `targets` (B, C) mixed in the same proportion."""
        values = images.float() / 255 if images.dtype == torch.uint8 else images
        with global_generators(generator, images.device):
            return self.transform(values, targets)
