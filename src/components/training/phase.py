"""Consecutive epochs of a training run."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from components.augmentations import Augmentation
from components.training.inputs import Inputs


@dataclass(frozen=True)
class TrainingPhase:
    """Consecutive epochs with the same inputs.

    Attributes:
        name: "augmented" or "plain", for the curves.
        epochs: Number of epochs.
        forward: Function from a batch of `inputs` to logits (B, C); its parameters are those of the network.
        inputs: Photos or features of all rows.
        augment: Augmentation of training batches; None for no augmentation.
        augment_validation: Whether validation batches are augmented too.
    """

    name: str
    epochs: int
    forward: Callable[[Tensor], Tensor]
    inputs: Inputs
    augment: Augmentation | None = None
    augment_validation: bool = False
