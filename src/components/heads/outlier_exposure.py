"""Outlier exposure: the training target of photos of the rest is the uniform distribution."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.errors import ConfigError
from components.heads.closed import closed_set_predictions
from components.heads.known_classes import known_classes, known_or_rest_rows, label_indices, require_rest
from components.heads.targets import NetworkTargets
from components.results import Predictions


@dataclass(frozen=True)
class OutlierExposureHead:
    """Softmax over the known classes, with the uniform distribution as the target of the rest (Hendrycks et al. 2019).

    The loss is the mean cross-entropy of photos of known classes plus `strength` times the mean cross-entropy between
    photos of the rest and the uniform distribution. If all photos have the same weight, it is the entropic open-set
    loss (Dhamija et al. 2018). The head itself rejects no photo; the unknown score is one minus the highest
    probability, as in the paper, unless a detector replaces it.

    Attributes:
        hidden: Width of the hidden layer in multiples of the number of classes; None for a linear classifier.
        rest: Label of photos that are of none of the known classes.
        strength: Weight of the rest in the loss (lambda in the paper, 0.5); None gives all photos the same weight.
    """

    hidden: float | None = 2
    rest: str | None = "resto"
    strength: float | None = 0.5
    known_classes_network: ClassVar[int] = 0
    rejects: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.strength is not None and self.strength < 0:
            raise ConfigError(f"head.strength={self.strength}: expected a number of at least 0, or null")

    def class_names(self, manifest: Manifest) -> tuple[str, ...]:
        """Return the names of the known classes."""
        return known_classes(manifest, self.rest)

    def network_targets(self, manifest: Manifest) -> list[NetworkTargets]:
        """Return the targets of one network over the known classes, as distributions."""
        rest = require_rest(manifest, self.rest, "outlier_exposure")
        names = self.class_names(manifest)
        classes, outliers = label_indices(manifest.label, names), manifest.label == rest
        targets = np.zeros((len(manifest), len(names)), dtype=np.float32)
        targets[classes >= 0] = np.eye(len(names), dtype=np.float32)[classes[classes >= 0]]
        targets[outliers] = 1 / len(names)
        weights = None
        if self.strength is not None:
            train = manifest.rows("train")
            ratio = (classes[train] >= 0).sum() / outliers[train].sum()
            weights = np.where(outliers, self.strength * ratio, 1.0).astype(np.float32)
        return [NetworkTargets("outlier_exposure", targets, names, weights)]

    def test_rows(self, manifest: Manifest) -> NDArray[np.int64]:
        """Return the rows of test photos of the known classes and of the rest."""
        return known_or_rest_rows(manifest, manifest.rows("test"), self.rest)

    def predictions(
        self, manifest: Manifest, rows: NDArray[np.int64], logits: Sequence[NDArray[np.float64]]
    ) -> Predictions:
        """Predict the most probable class; the unknown score is one minus its probability."""
        return closed_set_predictions(manifest, rows, logits[0], self.class_names(manifest))
