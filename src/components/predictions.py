"""The one thing that heads give and that metrics and figures read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -1
"""The label of a photo that is none of the classes, as truth and as prediction."""


@dataclass(frozen=True)
class Predictions:
    """What one trained model says about n photos and C classes.

    Attributes:
        ids: (n,) str objects, the photo's path in its manifest.
        y_true: (n,) int64, index into `class_names`, or `UNKNOWN`.
        scores: (n, C) float64, rows of probabilities that sum to 1; to 1 - P(unknown) where the head gives the
            unknown a probability of its own (rest class, dual network).
        y_pred: (n,) int64, index into `class_names`, or `UNKNOWN`.
        unknown_score: (n,) float64, higher = more unknown; any scale; NaN where no detector was asked.
        class_names: C names.
    """

    ids: NDArray[np.object_]
    y_true: NDArray[np.int64]
    scores: NDArray[np.float64]
    y_pred: NDArray[np.int64]
    unknown_score: NDArray[np.float64]
    class_names: tuple[str, ...]

    def __post_init__(self) -> None:
        n, classes = len(self.ids), len(self.class_names)
        shapes = {
            "y_true": (self.y_true.shape, (n,)),
            "scores": (self.scores.shape, (n, classes)),
            "y_pred": (self.y_pred.shape, (n,)),
            "unknown_score": (self.unknown_score.shape, (n,)),
        }
        for name, (found, expected) in shapes.items():
            if found != expected:
                raise ValueError(f"Predictions.{name} has shape {found}, expected {expected}")
        for name, labels in (("y_true", self.y_true), ("y_pred", self.y_pred)):
            if labels.size and (labels.min() < UNKNOWN or labels.max() >= classes):
                raise ValueError(f"Predictions.{name} holds labels outside -1 .. {classes - 1}")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def confidence(self) -> NDArray[np.float64]:
        """(n,) the highest score of each row."""
        top: NDArray[np.float64] = self.scores.max(axis=1)
        return top
