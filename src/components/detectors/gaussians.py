"""Detectors that measure how far the features are from the classes, in units of how far these scatter."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cholesky, solve_triangular
from scipy.spatial.distance import cdist
from torch import nn

from components.detectors.detector import Outputs, Targets, photos_of_classes
from components.errors import ConfigError, DataError

Floats = NDArray[np.float64]


@dataclass
class Mahalanobis:
    """Squared Mahalanobis distance to the nearest class, one covariance for all classes (Lee et al. 2018).

    Own code: pytorch-ood inverts in float32 with a ridge of 1e-6, which is noise where features outnumber
    photos (1280 against 483 in the thesis). Here the covariance is shrunk towards a multiple of the identity,
    by as much as Ledoit & Wolf (2004) estimate; a class may then have as little as one photo.

    Attributes:
        shrinkage: Weight of the identity from 0 (the paper's, for more photos than features) to 1; None: estimated.
    """

    shrinkage: float | None = None
    _within: "Gaussian" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.shrinkage is not None and not 0 <= self.shrinkage <= 1:
            raise ConfigError(f"detector.shrinkage is {self.shrinkage}, expected 0 to 1, or null to estimate it")

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Means of the classes, and the covariance within them."""
        train, targets = photos_of_classes(train, targets)
        features = train.features.astype(np.float64)
        classes, place = np.unique(targets, return_inverse=True)
        means = np.stack([features[targets == label].mean(axis=0) for label in classes])
        self._within = Gaussian.of(features - means[place], means, self.shrinkage)
        return self

    def score(self, outputs: Outputs) -> Floats:
        """Squared distance to the nearest mean."""
        nearest: Floats = self._within.squared_distances(outputs.features).min(axis=1)
        return nearest


@dataclass
class RelativeMahalanobis(Mahalanobis):
    """Mahalanobis distance to the nearest class less that to all photos as one class (Ren et al. 2021).

    Own code for the reason that `Mahalanobis` has; `shrinkage` holds for both covariances.
    """

    _overall: "Gaussian" = field(init=False, repr=False)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:
        """As `Mahalanobis`, and the mean and covariance of all photos."""
        super().fit(train, targets, classifier)
        train, _ = photos_of_classes(train, targets)
        features = train.features.astype(np.float64)
        mean = features.mean(axis=0, keepdims=True)
        self._overall = Gaussian.of(features - mean, mean, self.shrinkage)
        return self

    def score(self, outputs: Outputs) -> Floats:
        """Difference of the squared distances; below 0 near a class."""
        return super().score(outputs) - self._overall.squared_distances(outputs.features)[:, 0]


@dataclass(frozen=True)
class Gaussian:
    """Means that share a covariance.

    Attributes:
        root: (F, F) lower Cholesky factor of the covariance.
        whitened: (K, F) the means, multiplied by the inverse of `root`.
    """

    root: Floats
    whitened: Floats

    @classmethod
    def of(cls, deviations: Floats, means: Floats, shrinkage: float | None) -> Self:
        """From (n, F) deviations from the photos' means, the (K, F) means, and how far to shrink.

        Raises:
            DataError: When the covariance cannot be inverted.
        """
        from sklearn.covariance import ledoit_wolf, shrunk_covariance

        n, size = deviations.shape
        if shrinkage is None:
            covariance, _ = ledoit_wolf(deviations, assume_centered=True)
        else:
            covariance = shrunk_covariance(deviations.T @ deviations / n, shrinkage=shrinkage)
        try:
            root = cholesky(covariance, lower=True)
        except LinAlgError:
            raise DataError(
                f"the covariance of {size} features of {n} training photos cannot be inverted: "
                "set detector.shrinkage=null, or give it more photos that differ"
            ) from None
        return cls(root, solve_triangular(root, means.T, lower=True).T)

    def squared_distances(self, features: NDArray[np.floating]) -> Floats:
        """(n, K) squared Mahalanobis distance of (n, F) features to each mean."""
        whitened = solve_triangular(self.root, features.astype(np.float64).T, lower=True).T
        distances: Floats = cdist(whitened, self.whitened, "sqeuclidean")
        return distances
