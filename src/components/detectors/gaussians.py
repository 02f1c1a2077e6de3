"""Detectors that measure how far the features are from the classes, in units of how far these scatter."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cholesky, solve_triangular
from scipy.spatial.distance import cdist
from torch import nn

from components.detectors.detector import Outputs, State, Targets, photos_of_classes
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
    _classes: "Gaussian" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.shrinkage is not None and not 0 <= self.shrinkage <= 1:
            raise ConfigError(f"detector.shrinkage is {self.shrinkage}, expected 0 to 1, or null to estimate it")

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Means of the classes, and the covariance within them."""
        self._learn(*photos_of_classes(train, targets))
        return self

    def _learn(self, train: Outputs, targets: Targets) -> tuple[Floats, Floats, Floats]:
        """Set the Gaussian of the classes; its covariance (F, F), means (K, F), and (K,) shares of the photos."""
        features = train.features.astype(np.float64)
        classes, place, counts = np.unique(targets, return_inverse=True, return_counts=True)
        means = np.stack([features[targets == label].mean(axis=0) for label in classes])
        covariance = shrunk(features - means[place], self.shrinkage)
        self._classes = Gaussian.of(covariance, means, len(features))
        return covariance, means, counts / len(features)

    def score(self, outputs: Outputs) -> Floats:
        """Squared distance to the nearest mean."""
        nearest: Floats = self._classes.squared_distances(outputs.features).min(axis=1)
        return nearest

    def state(self) -> State:
        """Return the Cholesky factor of the covariance and the whitened class means."""
        return {"root": self._classes.root, "whitened": self._classes.whitened}

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Restore the Gaussian of the classes."""
        self._classes = Gaussian(state["root"], state["whitened"])
        return self


@dataclass
class RelativeMahalanobis(Mahalanobis):
    """Mahalanobis distance to the nearest class less that to all photos as one class (Ren et al. 2021).

    Own code for the reason that `Mahalanobis` has. The covariance of all photos is that within the classes, as
    it was shrunk, plus that between their means, which is the paper's without shrinkage; shrunk by itself it
    could come out smaller than the one within, and distance would count the wrong way round.
    """

    _overall: "Gaussian" = field(init=False, repr=False)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """As `Mahalanobis`, and the mean and covariance of all photos."""
        train, targets = photos_of_classes(train, targets)
        within, means, shares = self._learn(train, targets)
        mean = shares @ means
        between = (means - mean).T @ ((means - mean) * shares[:, None])
        self._overall = Gaussian.of(within + between, mean[None], len(train))
        return self

    def score(self, outputs: Outputs) -> Floats:
        """Difference of the squared distances; below 0 near a class."""
        return super().score(outputs) - self._overall.squared_distances(outputs.features)[:, 0]

    def state(self) -> State:
        """Return the state of `Mahalanobis` and the Gaussian of all photos."""
        return super().state() | {"overall_root": self._overall.root, "overall_whitened": self._overall.whitened}

    def load_state(self, state: State, classifier: nn.Module) -> Self:
        """Restore both Gaussians."""
        self._overall = Gaussian(state["overall_root"], state["overall_whitened"])
        return super().load_state(state, classifier)


def shrunk(deviations: Floats, shrinkage: float | None) -> Floats:
    """(F, F) covariance of (n, F) deviations from means, shrunk by the share that is given or estimated."""
    from sklearn.covariance import ledoit_wolf, shrunk_covariance

    if shrinkage is None:
        return np.asarray(ledoit_wolf(deviations, assume_centered=True)[0])
    return np.asarray(shrunk_covariance(deviations.T @ deviations / len(deviations), shrinkage=shrinkage))


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
    def of(cls, covariance: Floats, means: Floats, photos: int) -> Self:
        """From the (F, F) covariance and the (K, F) means that were learnt of so many photos.

        Raises:
            DataError: When the covariance cannot be inverted.
        """
        try:
            root = cholesky(covariance, lower=True)
        except LinAlgError:
            raise DataError(
                f"the covariance of {len(covariance)} features of {photos} training photos cannot be inverted: "
                "set detector.shrinkage=null, or give it more photos that differ"
            ) from None
        return cls(root, solve_triangular(root, means.T, lower=True).T)

    def squared_distances(self, features: NDArray[np.floating]) -> Floats:
        """(n, K) squared Mahalanobis distance of (n, F) features to each mean."""
        whitened = solve_triangular(self.root, features.astype(np.float64).T, lower=True).T
        distances: Floats = cdist(whitened, self.whitened, "sqeuclidean")
        return distances
