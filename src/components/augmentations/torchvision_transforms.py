"""The transforms of torchvision.transforms.v2, drawn from a generator of ours."""

from collections.abc import Callable

import torch
from torch import Tensor

from components.augmentations.random_numbers import global_generators


class PerImage:
    """A torchvision transform of images, applied to each photo by itself: on a batch it would draw once for all.

    For ColorJitter, TrivialAugmentWide, RandAugment and the like.
    """

    def __init__(self, transform: Callable[[Tensor], Tensor]) -> None:
        """Keep `transform`: (3, H, W) to (3, H, W), drawing from torch's global generators."""
        self.transform = transform

    def __call__(self, images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Augment `images` (B, 3, H, W), their type stays; `targets` stay."""
        with global_generators(generator, images.device):
            return torch.stack([self.transform(image) for image in images]), targets


class WholeBatch:
    """A torchvision transform that mixes the photos of a batch and their labels: MixUp (Zhang et al. 2018), CutMix.

    It pairs each photo with the one before it, so batches have to be shuffled.
    """

    def __init__(self, transform: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]) -> None:
        """Keep `transform`: (B, 3, H, W) floats and (B, C) soft labels to the same."""
        self.transform = transform

    def __call__(self, images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Augment `images` (B, 3, H, W) to floats in [0, 1], and mix `targets` (B, C) in the same proportion."""
        values = images.float() / 255 if images.dtype == torch.uint8 else images
        with global_generators(generator, images.device):
            return self.transform(values, targets)
