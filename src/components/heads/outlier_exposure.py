"""Outlier exposure: photos of the rest are shown as examples of no class at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.errors import ConfigError
from components.heads.closed import among_known
from components.heads.known_classes import check_rest, indices, known_classes, open_rows
from components.heads.targets import NetworkTargets
from components.results import Predictions


@dataclass(frozen=True)
class OutlierExposureHead:
    """Softmax over the known classes, with the uniform distribution as the target of the rest (Hendrycks et al. 2019).

    The loss is the mean cross-entropy of the known photos plus `strength` times the mean cross-entropy of the rest to
    the uniform distribution. With each photo counting alike it is the entropic open-set loss (Dhamija et al. 2018). The
    head rejects nothing by itself: its unknown score is one minus the highest probability, as in the paper, or that
    of a detector.

    Attributes:
        hidden: Width of the hidden layer in multiples of the number of classes; None: no hidden layer.
        rest: Label of the photos of none of the classes.
        strength: Of the rest in the loss (the paper's lambda, 0.5); None: each photo counts alike.
    """

    hidden: float | None = 2
    rest: str | None = "resto"
    strength: float | None = 0.5
    among_known: ClassVar[int] = 0
    rejects: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.strength is not None and self.strength < 0:
            raise ConfigError(f"head.strength={self.strength}: expected a number of at least 0, or null")

    def class_names(self, manifest: Manifest) -> tuple[str, ...]:
        """The known classes."""
        return known_classes(manifest, self.rest)

    def network_targets(self, manifest: Manifest) -> list[NetworkTargets]:
        """One network over the known classes, with distributions as targets."""
        rest = check_rest(manifest, self.rest, "outlier_exposure")
        names = self.class_names(manifest)
        classes, outliers = indices(manifest.label, names), manifest.label == rest
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
        """Test photos of the known classes and of the rest."""
        return open_rows(manifest, manifest.rows("test"), self.rest)

    def predictions(
        self, manifest: Manifest, rows: NDArray[np.int64], logits: Sequence[NDArray[np.float64]]
    ) -> Predictions:
        """The likeliest class; the unknown score is the other classes' probability."""
        return among_known(manifest, rows, logits[0], self.class_names(manifest))
