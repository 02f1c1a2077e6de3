"""The one thing that heads give and that metrics and figures read."""

from dataclasses import dataclass, replace
from typing import Self

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
        new_unknown: (n,) bool, whether a photo is of none of the classes and of a kind of thing that training showed
            nothing of; None where kinds are not told apart.
    """

    ids: NDArray[np.object_]
    y_true: NDArray[np.int64]
    scores: NDArray[np.float64]
    y_pred: NDArray[np.int64]
    unknown_score: NDArray[np.float64]
    class_names: tuple[str, ...]
    new_unknown: NDArray[np.bool_] | None = None

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
        if self.new_unknown is not None:
            if self.new_unknown.shape != (n,):
                raise ValueError(f"Predictions.new_unknown has shape {self.new_unknown.shape}, expected {(n,)}")
            if (strange := self.new_unknown & (self.y_true != UNKNOWN)).any():
                photo = np.flatnonzero(strange)[0]
                known = self.class_names[int(self.y_true[photo])]
                raise ValueError(f"Predictions.new_unknown marks {self.ids[photo]!r}, which is of the class {known!r}")

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, photos: NDArray[np.bool_]) -> Self:
        """The predictions of some of the photos, which the (n,) mask tells."""
        return replace(
            self,
            ids=self.ids[photos],
            y_true=self.y_true[photos],
            scores=self.scores[photos],
            y_pred=self.y_pred[photos],
            unknown_score=self.unknown_score[photos],
            new_unknown=None if self.new_unknown is None else self.new_unknown[photos],
        )

    @property
    def confidence(self) -> NDArray[np.float64]:
        """(n,) the highest score of each row."""
        top: NDArray[np.float64] = self.scores.max(axis=1)
        return top
