"""Random mirroring."""

import torch
from torch import Tensor

from components.augmentations.random_numbers import uniform
from components.errors import ConfigError


class HorizontalFlip:
    """Mirror each photo left to right with probability `p`."""

    def __init__(self, *, p: float = 0.5) -> None:
        """Set the probability; raise ConfigError if it is not between 0 and 1."""
        if not 0 <= p <= 1:
            raise ConfigError(f"HorizontalFlip p={p}: expected a probability from 0 to 1")
        self.p = p

    def __call__(self, images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return `images` (B, 3, H, W) of unchanged type, some of them mirrored, and `targets` unchanged."""
        mirrored = uniform(0, 1, len(images), generator).to(images.device) < self.p
        return torch.where(mirrored[:, None, None, None], images.flip(-1), images), targets
