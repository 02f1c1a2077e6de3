"""The result of a training run."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class FitResult:
    """The result of a training run.

    Attributes:
        curves: One dict per epoch with loss and accuracy on training and validation rows.
        kept_epoch: Epoch, from 1, whose weights the network has.
        seconds: Duration of the training.
    """

    curves: list[dict[str, Any]] = field(default_factory=list)
    kept_epoch: int = 0
    seconds: float = 0.0
