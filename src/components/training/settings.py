"""Settings of the training of a network."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from torch import nn
from torch.optim import Optimizer

from components.errors import ConfigError

Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True)
class Training:
    """Settings of the training of a network (keys `training.*`).

    Attributes:
        optimizer: Function from the trained parameters to an optimizer.
        schedule: Function from the share of completed steps (0 to 1) to a factor on the learning rate.
        epochs: Number of epochs, unless the augmentation sets it.
        batch_size: Photos per step.
        label_smoothing: Share of the target distribution that is spread evenly over all classes.
        balance: "weights" weights the loss by inverse class frequency (scikit-learn's "balanced"); "sampling" draws
            photos with replacement such that all classes are equally frequent; "none" does neither.
        clip_norm: Largest norm of the gradient, to which larger gradients are scaled; None for no clipping.
        keep: Weights to keep: of the "last" epoch, or of the "best" (lowest validation loss).
        patience: Number of epochs without a lower validation loss after which training stops; None for no early
            stopping.
        precision: Precision of forward passes on photos; "auto" for bfloat16 where the device supports it, else
            float32.
        checkpoint_seconds: Shortest time in seconds between two checkpoints.
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
    precision: Precision = "auto"
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
            raise ConfigError(f"training.label_smoothing={self.label_smoothing}: expected at least 0 and below 1")
