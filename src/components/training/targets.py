"""What rows of a training are to become: a class each, or a distribution over the classes, and how much each counts."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional


class Targets:
    """Targets of n rows for C classes, as the loops of a training take them."""

    def __init__(
        self,
        targets: NDArray[np.int64] | NDArray[np.float32],
        classes: int,
        weights: NDArray[np.float32] | None,
        device: torch.device,
    ) -> None:
        """Take classes (n,) or distributions (n, C), and weights (n,) of the rows in the loss; None: all weigh 1.

        Rows that are not trained or measured on may hold anything, such as -1.
        """
        self.classes, self.device = classes, device
        self.labels = torch.from_numpy(np.maximum(targets, 0)) if targets.ndim == 1 else None
        self.distributions = None if targets.ndim == 1 else torch.from_numpy(targets).float()
        self.weights = None if weights is None else torch.from_numpy(weights).float()

    def soft(self, rows: Tensor) -> Tensor:
        """Distributions (..., C) of rows (...), on the device."""
        if self.labels is not None:
            return functional.one_hot(self.labels[rows], self.classes).float().to(self.device)
        assert self.distributions is not None
        return self.distributions[rows].to(self.device)

    def weigh(self, losses: Tensor, rows: Tensor) -> Tensor:
        """Losses (...) of rows (...), each times its row's weight."""
        return losses if self.weights is None else losses * self.weights[rows].to(losses.device)

    def class_weights(self, rows: Tensor) -> Tensor:
        """(C,) scikit-learn's "balanced" weights of these rows: the rarer a class, the heavier."""
        if self.labels is not None:
            counts = torch.bincount(self.labels[rows], minlength=self.classes).float()
        else:
            assert self.distributions is not None
            counts = self.distributions[rows].sum(0)
        return len(rows) / (self.classes * counts.clamp(min=1))

    def chances(self, rows: Tensor, class_weights: Tensor) -> Tensor:
        """(len(rows),) chance of each row, up to a factor, when classes are to be drawn equally often."""
        if self.labels is not None:
            return class_weights[self.labels[rows]]
        assert self.distributions is not None
        return self.distributions[rows] @ class_weights


def of_a_class(soft: Tensor) -> Tensor:
    """(...) whether a target (..., C) prefers a class at all: accuracy is counted over these rows."""
    return soft.amax(-1) > soft.amin(-1)
