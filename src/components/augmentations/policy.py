"""The augmentation of a training run: which transform, in which epochs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from components.errors import ConfigError


class Augmentation(Protocol):
    """A random transform of a batch of photos. It modifies neither its inputs nor a global generator."""

    def __call__(self, images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Transform a batch.

        Args:
            images: (B, 3, H, W), uint8 in 0..255 or floating point in 0..1, on any device.
            targets: (B, C) floating point, one-hot or soft labels, on the same device.
            generator: Source of all randomness, on the CPU or on the same device.

        Returns:
            New images of the same shape, uint8 or floating point in 0..1, and their targets (B, C).
        """
        ...


@dataclass(frozen=True)
class Phase:
    """Consecutive epochs of a training run.

    Attributes:
        epochs: Number of epochs.
        augmented: Whether the photos are augmented.
    """

    epochs: int
    augmented: bool


@dataclass(frozen=True)
class Chain:
    """Apply several augmentations in order.

    Attributes:
        transforms: Augmentations in order of application; those that need uint8 images come before those that return
            floats.
    """

    transforms: Sequence[Augmentation]

    def __call__(self, images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Apply all augmentations in order."""
        for transform in self.transforms:
            images, targets = transform(images, targets, generator)
        return images, targets


@dataclass(frozen=True)
class Policy:
    """Augmentation of a training run.

    Attributes:
        transform: The augmentation; None for no augmentation.
        epochs: Epochs on augmented photos, in place of `training.epochs` (thesis: 15); None for `training.epochs`.
        plain_epochs: Epochs on the original photos afterwards (thesis: 15).
        validation: Whether validation photos are augmented too in the augmented epochs (thesis: yes).
    """

    transform: Augmentation | None = None
    epochs: int | None = None
    plain_epochs: int = 0
    validation: bool = False

    def __post_init__(self) -> None:
        if self.transform is None and (self.epochs is not None or self.plain_epochs or self.validation):
            raise ConfigError(
                "augmentation.epochs, augmentation.plain_epochs and augmentation.validation need an "
                "augmentation.transform: set one, or use augmentation=none without these keys"
            )
        if self.epochs is not None and self.epochs < 1:
            raise ConfigError(f"augmentation.epochs={self.epochs}: expected at least 1, or null for training.epochs")
        if self.plain_epochs < 0:
            raise ConfigError(f"augmentation.plain_epochs={self.plain_epochs}: expected at least 0")

    def phases(self, epochs: int) -> tuple[Phase, ...]:
        """Return the phases of a training run.

        Args:
            epochs: Epochs of the training settings (`training.epochs`).

        Returns:
            One plain phase without a transform; else an augmented phase and, for `plain_epochs`, a plain one.
        """
        if self.transform is None:
            return (Phase(epochs, augmented=False),)
        augmented = Phase(epochs if self.epochs is None else self.epochs, augmented=True)
        return (augmented, Phase(self.plain_epochs, augmented=False)) if self.plain_epochs else (augmented,)
