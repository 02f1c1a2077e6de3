"""The result of a classification."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -1
"""Label of photos that belong to none of the classes, as true and as predicted label."""


@dataclass(frozen=True)
class Predictions:
    """Predictions of one model for n photos and C classes.

    Attributes:
        ids: (n,) str objects, the photo's path in its manifest.
        y_true: (n,) int64, index into `class_names`, or `UNKNOWN`.
        scores: (n, C) float64, probabilities of the classes. Rows sum to 1, or to 1 - P(unknown) if the head predicts a
            probability of the unknown (rest class, dual network).
        y_pred: (n,) int64, index into `class_names`, or `UNKNOWN`.
        unknown_score: (n,) float64, out-of-distribution score of any scale, higher = more likely unknown; NaN without a
            detector.
        class_names: C names.
        new_unknown: (n,) bool, whether the photo is unknown and of a kind that does not occur in training; None where
            kinds are not distinguished.
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
        if self.new_unknown is not None:
            shapes["new_unknown"] = (self.new_unknown.shape, (n,))
        for name, (shape, expected) in shapes.items():
            if shape != expected:
                raise ValueError(f"Predictions.{name} has shape {shape}, expected {expected}")
        for name, labels in (("y_true", self.y_true), ("y_pred", self.y_pred)):
            if labels.size and (labels.min() < UNKNOWN or labels.max() >= classes):
                raise ValueError(f"Predictions.{name} contains labels outside -1 .. {classes - 1}")
        if self.new_unknown is not None and (known := self.new_unknown & (self.y_true != UNKNOWN)).any():
            photo = np.flatnonzero(known)[0]
            name = self.class_names[int(self.y_true[photo])]
            raise ValueError(f"Predictions.new_unknown marks {self.ids[photo]!r}, which is of the class {name!r}")

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, mask: NDArray[np.bool_]) -> Self:
        """Return the predictions of the photos selected by an (n,) mask."""
        return replace(
            self,
            ids=self.ids[mask],
            y_true=self.y_true[mask],
            scores=self.scores[mask],
            y_pred=self.y_pred[mask],
            unknown_score=self.unknown_score[mask],
            new_unknown=None if self.new_unknown is None else self.new_unknown[mask],
        )

    @property
    def confidence(self) -> NDArray[np.float64]:
        """Highest score of each photo, (n,)."""
        top: NDArray[np.float64] = self.scores.max(axis=1)
        return top
