"""What augments photos, and in which epochs of a training it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from components.errors import ConfigError


class Augmentation(Protocol):
    """Anything that changes a batch of photos at random; it changes neither its inputs nor a global generator."""

    def __call__(self, images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Augment a batch.

        Args:
            images: (B, 3, H, W), uint8 in 0..255 or floating point in 0..1, on any device.
            targets: (B, C) floating point, one-hot or soft labels, on the same device.
            generator: On the CPU or on that device; its state decides everything.

        Returns:
            New images of that shape, uint8 or floating point in 0..1, and their targets (B, C).
        """
        ...


@dataclass(frozen=True)
class Phase:
    """A stretch of a training.

    Attributes:
        epochs: How many epochs it lasts.
        augmented: Whether the photos are augmented in it.
    """

    epochs: int
    augmented: bool


@dataclass(frozen=True)
class Chain:
    """Augmentations one after another.

    Attributes:
        transforms: In the order in which they are applied. Ones that work on bytes stand before ones that give floats.
    """

    transforms: Sequence[Augmentation]

    def __call__(self, images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Apply them all."""
        for transform in self.transforms:
            images, targets = transform(images, targets, generator)
        return images, targets


@dataclass(frozen=True)
class Policy:
    """How a training augments its photos.

    Attributes:
        transform: The augmentation; None: none.
        epochs: Epochs on augmented photos, whatever the training's length (the thesis: 15); None: all of it.
        plain_epochs: Epochs on the originals that follow (the thesis: 15).
        validation: Whether the validation photos are augmented too while training is (the thesis: yes).
    """

    transform: Augmentation | None = None
    epochs: int | None = None
    plain_epochs: int = 0
    validation: bool = False

    def __post_init__(self) -> None:
        if self.transform is None and (self.epochs is not None or self.plain_epochs or self.validation):
            raise ConfigError(
                "augmentation.epochs, plain_epochs and validation need an augmentation.transform; without one, "
                "leave them out (augmentation=none)"
            )
        if self.epochs is not None and self.epochs < 1:
            raise ConfigError(f"augmentation.epochs={self.epochs}: expected 1 or more, or null for the whole training")
        if self.plain_epochs < 0:
            raise ConfigError(f"augmentation.plain_epochs={self.plain_epochs}: expected 0 or more")

    def phases(self, epochs: int) -> tuple[Phase, ...]:
        """Give the phases of a training that was asked for `epochs` epochs.

        Without a transform it is one plain phase; otherwise an augmented phase and, if there are plain epochs,
        a plain one.
        """
        if self.transform is None:
            return (Phase(epochs, augmented=False),)
        augmented = Phase(epochs if self.epochs is None else self.epochs, augmented=True)
        return (augmented, Phase(self.plain_epochs, augmented=False)) if self.plain_epochs else (augmented,)
