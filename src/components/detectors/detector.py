"""The interface of detectors, and the data they are fitted on."""

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
    """Output of one forward pass over n photos, shared by all detectors of an experiment.

    Attributes:
        features: (n, F) float32, output of the backbone.
        logits: (n, C) float64, output of the classifier for these features.
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
        """Return the outputs of some photos, selected by a mask or by row indices."""
        return Outputs(self.features[keep], self.logits[keep])


class Detector(Protocol):
    """Computes, after training, an out-of-distribution score from the features and logits of a photo.

    Scores are deterministic: the same input gives bitwise identical scores. `fit` changes the detector in place, so
    every trained model needs its own detector (`copy.deepcopy` of an unfitted one).
    """

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:
        """Fit the detector on the training photos of the classifier.

        Args:
            train: Features and logits of the n training photos.
            targets: (n,) column of the logits that belongs to the class of each photo; photos with -1 are ignored.
            classifier: Maps features (B, F) to logits (B, C), on any device.

        Returns:
            The detector itself.

        Raises:
            DataError: There are too few training photos, or features or logits are not finite.
        """
        ...

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """Return the (n,) out-of-distribution scores (higher = more likely unknown).

        The scale differs between detectors.
        """
        ...

    def state(self) -> State:
        """Return what `fit` computed, as arrays by name; empty if `fit` computes nothing."""
        ...

    def load_state(self, state: State, classifier: nn.Module) -> Self:
        """Restore what `fit` computed, so that `score` returns the same scores as the fitted detector.

        Args:
            state: Return value of `state` of a fitted detector with the same settings.
            classifier: The classifier that the detector was fitted with.

        Returns:
            The detector itself.
        """
        ...


def known_photos(train: Outputs, targets: Targets) -> tuple[Outputs, Targets]:
    """Return the training photos of the known classes (target 0 or higher) and their targets.

    Args:
        train: Features and logits of n photos.
        targets: (n,) class of each photo; -1: none of the known classes.

    Raises:
        DataError: No photo has a known class, the number of targets differs from the number of photos, a target is
            not a column of the logits, or a feature or logit is not finite.
    """
    if len(train) != len(targets):
        raise DataError(
            f"detector: expected one target per training photo, got {len(train)} training photos and "
            f"{len(targets)} targets"
        )
    classes = train.logits.shape[1]
    if len(targets) and (targets.min() < -1 or targets.max() >= classes):
        raise DataError(
            f"detector: targets are between {targets.min()} and {targets.max()}, expected -1 .. {classes - 1}"
        )
    known = targets >= 0
    if not known.any():
        raise DataError("detector: fitting needs training photos of the known classes, and there are none")
    if not known.all():
        train, targets = train.rows(known), targets[known]
    if not (np.isfinite(train.features).all() and np.isfinite(train.logits).all()):
        raise DataError(
            "detector: features or logits of training photos are not finite, because training diverged: lower the "
            "learning rate"
        )
    return train, targets
