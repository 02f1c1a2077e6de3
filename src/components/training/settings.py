"""How a network is trained, as the configuration says it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from torch import nn
from torch.optim import Optimizer

from components.errors import ConfigError


@dataclass(frozen=True)
class Training:
    """Settings of a training.

    Attributes:
        optimizer: Called with the trained parameters, gives an optimizer.
        schedule: Factor on the learning rate, given the share of all steps that is done (0 to 1).
        epochs: Epochs when the augmentation does not say otherwise.
        batch_size: Photos a step.
        label_smoothing: Share of the target spread over all classes.
        balance: "weights" weighs the loss by inverse class frequency (scikit-learn's "balanced"), "sampling" draws
            as many photos of each class an epoch, with replacement.
        clip_norm: Largest norm of the gradient; None leaves it.
        keep: The weights of the "last" epoch or those of the "best" (lowest validation loss).
        patience: Epochs without a lower validation loss after which the training stops; None never stops.
        precision: for photos; "auto" is bfloat16 where the device computes in it, else float32.
        checkpoint_seconds: How often, at most, a killed training could go on from.
    """

    optimizer: Callable[[Iterable[nn.Parameter]], Optimizer]
    schedule: Callable[[float], float]
    epochs: int = 25
    batch_size: int = 32
    label_smoothing: float = 0.0
    balance: Literal["none", "weights", "sampling"] = "none"
    clip_norm: float | None = None
    keep: Literal["last", "best"] = "last"
    patience: int | None = None
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    checkpoint_seconds: float = 20.0

    def __post_init__(self) -> None:
        allowed = {
            "balance": ("none", "weights", "sampling"),
            "keep": ("last", "best"),
            "precision": ("auto", "float32", "bfloat16"),
        }
        for key, values in allowed.items():
            if getattr(self, key) not in values:
                raise ConfigError(f"training.{key}={getattr(self, key)}: expected one of {', '.join(values)}")
        for key in ("epochs", "batch_size"):
            if getattr(self, key) < 1:
                raise ConfigError(f"training.{key}={getattr(self, key)}: expected at least 1")
        if not 0 <= self.label_smoothing < 1:
            raise ConfigError(f"training.label_smoothing={self.label_smoothing}: expected 0 <= label_smoothing < 1")
