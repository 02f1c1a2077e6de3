"""Mirror images."""

import torch
from torch import Tensor

from components.augmentations.random_numbers import uniform
from components.errors import ConfigError


class HorizontalFlip:
    """Each photo mirrored left to right with a probability."""

    def __init__(self, *, p: float = 0.5) -> None:
        """Keep the probability `p`."""
        if not 0 <= p <= 1:
            raise ConfigError(f"HorizontalFlip p={p}: expected a probability, 0 to 1")
        self.p = p

    def __call__(self, images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Augment `images` (B, 3, H, W), their type stays; `targets` stay."""
        mirrored = uniform(0, 1, len(images), generator).to(images.device) < self.p
        return torch.where(mirrored[:, None, None, None], images.flip(-1), images), targets
