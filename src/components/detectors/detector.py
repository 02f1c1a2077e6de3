"""What a detector is given, and the contract that every detector obeys."""

from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from torch import nn

from components.errors import DataError

Targets = NDArray[np.int64]
State = dict[str, NDArray[Any]]
"""Fitted arrays of a detector by name; arrays of numbers only, so that they can be stored in an .npz file."""


@dataclass(frozen=True)
class Outputs:
    """What one forward pass leaves of n photos; every detector of an experiment reads it.

    Attributes:
        features: (n, F) float32, what the backbone gives.
        logits: (n, C) float64, what the classifier makes of the features.
    """

    features: NDArray[np.float32]
    logits: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.features.ndim != 2 or self.logits.ndim != 2 or len(self.features) != len(self.logits):
            raise ValueError(
                f"Outputs needs features (n, F) and logits (n, C) of the same photos, "
                f"got {self.features.shape} and {self.logits.shape}"
            )

    def __len__(self) -> int:
        return len(self.features)

    def rows(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> "Outputs":
        """The photos of a mask or of row numbers."""
        return Outputs(self.features[keep], self.logits[keep])


class Detector(Protocol):
    """Says after training how unlike the known classes a photo is, from its features and logits alone.

    The same input gives the same scores, bit by bit: detectors draw no random numbers. A detector is fitted
    in place: give each trained model one of its own (`copy.deepcopy` of an unfitted one).
    """

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:
        """Learn from the photos that the classifier was trained on.

        Args:
            train: Of the training photos.
            targets: (n,) class of each as a column of the logits; photos of -1 are left out.
            classifier: Features (B, F) to logits (B, C), on any device.

        Raises:
            DataError: When these photos are too few or not finite.
        """
        ...

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """How unknown each photo looks: (n,), higher = more unknown, on a scale of the detector's own."""
        ...

    def state(self) -> State:
        """Return what `fit` computed, as arrays by name; empty if `fit` computes nothing."""
        ...

    def load_state(self, state: State, classifier: nn.Module) -> Self:
        """Restore what `fit` computed, so that `score` gives the scores of the fitted detector.

        Args:
            state: Return value of `state` of a fitted detector with the same settings.
            classifier: The classifier that the detector was fitted with.
        """
        ...


def photos_of_classes(train: Outputs, targets: Targets) -> tuple[Outputs, Targets]:
    """The training photos that are of a class, and their classes.

    Raises:
        DataError: When there are none, their number differs from that of the targets, a target is no column
            of the logits, or a number is not finite.
    """
    if len(train) != len(targets):
        raise DataError(f"a detector was given {len(train)} training photos and {len(targets)} targets")
    classes = train.logits.shape[1]
    if len(targets) and (targets.min() < -1 or targets.max() >= classes):
        raise DataError(f"targets run from {targets.min()} to {targets.max()}, expected -1 .. {classes - 1}")
    known = targets >= 0
    if not known.any():
        raise DataError("a detector needs training photos of the known classes, and there are none")
    if not known.all():
        train, targets = train.rows(known), targets[known]
    if not (np.isfinite(train.features).all() and np.isfinite(train.logits).all()):
        raise DataError("features or logits of training photos are not finite: training diverged, lower its rate")
    return train, targets
