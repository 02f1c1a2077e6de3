"""Training targets on the device: classes or distributions over the classes, and weights of the rows."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional


class Targets:
    """Targets of n rows for C classes, in the form that the training loops use."""

    def __init__(
        self,
        targets: NDArray[np.int64] | NDArray[np.float32],
        classes: int,
        weights: NDArray[np.float32] | None,
        device: torch.device,
    ) -> None:
        """Convert the targets to tensors.

        Args:
            targets: (n,) classes or (n, C) distributions; values of rows that are not used are ignored (such as -1).
            classes: Number of classes C.
            weights: (n,) weight of each row in the loss; None for equal weights.
            device: Device of the tensors that the methods return.
        """
        self.classes, self.device = classes, device
        self.labels = torch.from_numpy(np.maximum(targets, 0)) if targets.ndim == 1 else None
        self.distributions = None if targets.ndim == 1 else torch.from_numpy(targets).float()
        self.weights = None if weights is None else torch.from_numpy(weights).float()

    def distributions_of(self, rows: Tensor) -> Tensor:
        """Return the target distributions (..., C) of rows (...), on the device."""
        if self.labels is not None:
            return functional.one_hot(self.labels[rows], self.classes).float().to(self.device)
        assert self.distributions is not None
        return self.distributions[rows].to(self.device)

    def weighted(self, losses: Tensor, rows: Tensor) -> Tensor:
        """Multiply the losses (...) of rows (...) by the weights of the rows."""
        return losses if self.weights is None else losses * self.weights[rows].to(losses.device)

    def class_weights(self, rows: Tensor) -> Tensor:
        """Return (C,) weights inversely proportional to the class frequencies, as scikit-learn's "balanced"."""
        if self.labels is not None:
            counts = torch.bincount(self.labels[rows], minlength=self.classes).float()
        else:
            assert self.distributions is not None
            counts = self.distributions[rows].sum(0)
        return len(rows) / (self.classes * counts.clamp(min=1))

    def sampling_weights(self, rows: Tensor, class_weights: Tensor) -> Tensor:
        """Return (len(rows),) unnormalised probabilities of the rows with which all classes are drawn equally often."""
        if self.labels is not None:
            return class_weights[self.labels[rows]]
        assert self.distributions is not None
        return self.distributions[rows] @ class_weights

    def draw_epoch(self, rows: Tensor, class_weights: Tensor, generator: torch.Generator, *, sampling: bool) -> Tensor:
        """Draw the rows of one epoch in random order.

        Args:
            rows: (n,) training rows.
            class_weights: (C,) result of `class_weights`.
            generator: Source of randomness, on the CPU.
            sampling: Draw n rows with replacement, all classes equally often; else shuffle the rows.
        """
        if sampling:
            probabilities = self.sampling_weights(rows, class_weights)
            return rows[torch.multinomial(probabilities, len(rows), replacement=True, generator=generator)]
        return rows[torch.randperm(len(rows), generator=generator)]


def has_preferred_class(distributions: Tensor) -> Tensor:
    """Return (...) whether a target (..., C) is not uniform; accuracy is computed over these rows."""
    return distributions.amax(-1) > distributions.amin(-1)
