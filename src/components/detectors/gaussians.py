"""Detectors that use the Mahalanobis distance of the features to the class means."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cholesky, solve_triangular
from scipy.spatial.distance import cdist
from torch import nn

from components.detectors.detector import Outputs, State, Targets, known_photos
from components.errors import ConfigError, DataError

Floats = NDArray[np.float64]


@dataclass
class Mahalanobis:
    """Squared Mahalanobis distance to the nearest class, one covariance for all classes (Lee et al. 2018).

    pytorch-ood is not used because it inverts the covariance in float32 with a ridge of 1e-6, which returns noise if
    there are more features than photos (1280 and 483 in the thesis). Here the covariance is shrunk towards a multiple
    of the identity, by default with the weight of Ledoit & Wolf (2004); a class may then have a single photo.

    Attributes:
        shrinkage: Weight of the identity, from 0 (no shrinkage, as in the paper; needs more photos than features) to
            1; None: estimated.
    """

    shrinkage: float | None = None
    _classes: "Gaussian" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.shrinkage is not None and not 0 <= self.shrinkage <= 1:
            raise ConfigError(f"detector.shrinkage is {self.shrinkage}, expected 0 to 1, or null to estimate it")

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Compute the class means and the covariance within the classes."""
        self._fit_classes(*known_photos(train, targets))
        return self

    def _fit_classes(self, train: Outputs, targets: Targets) -> tuple[Floats, Floats, Floats]:
        """Fit the Gaussian; return its covariance (F, F), the class means (K, F) and the (K,) shares of the photos."""
        features = train.features.astype(np.float64)
        classes, index, counts = np.unique(targets, return_inverse=True, return_counts=True)
        means = np.stack([features[targets == label].mean(axis=0) for label in classes])
        covariance = shrunk(features - means[index], self.shrinkage)
        self._classes = Gaussian.of(covariance, means, len(features))
        return covariance, means, counts / len(features)

    def score(self, outputs: Outputs) -> Floats:
        """Return the squared distance to the nearest class mean, 0 or more."""
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
    """Squared Mahalanobis distance to the nearest class minus that to the mean of all photos (Ren et al. 2021).

    pytorch-ood is not used for the reason given in `Mahalanobis`. The covariance of all photos is the shrunk covariance
    within the classes plus the covariance between the class means; without shrinkage this equals the paper's. If it
    were shrunk separately, it could be smaller than the covariance within the classes, which would reverse the score.
    """

    _overall: "Gaussian" = field(init=False, repr=False)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Compute the Gaussians of the classes and of all photos."""
        train, targets = known_photos(train, targets)
        within, means, shares = self._fit_classes(train, targets)
        mean = shares @ means
        between = (means - mean).T @ ((means - mean) * shares[:, None])
        self._overall = Gaussian.of(within + between, mean[None], len(train))
        return self

    def score(self, outputs: Outputs) -> Floats:
        """Return the difference of the squared distances; negative near a class."""
        return super().score(outputs) - self._overall.squared_distances(outputs.features)[:, 0]

    def state(self) -> State:
        """Return the state of `Mahalanobis` and the Gaussian of all photos."""
        return super().state() | {"overall_root": self._overall.root, "overall_whitened": self._overall.whitened}

    def load_state(self, state: State, classifier: nn.Module) -> Self:
        """Restore the Gaussians of the classes and of all photos."""
        self._overall = Gaussian(state["overall_root"], state["overall_whitened"])
        return super().load_state(state, classifier)


def shrunk(deviations: Floats, shrinkage: float | None) -> Floats:
    """Return the (F, F) shrunk covariance of deviations from means.

    Args:
        deviations: (n, F) deviations.
        shrinkage: Weight of the identity, 0 to 1; None: estimated (Ledoit & Wolf 2004).
    """
    from sklearn.covariance import ledoit_wolf, shrunk_covariance

    if shrinkage is None:
        return np.asarray(ledoit_wolf(deviations, assume_centered=True)[0])
    return np.asarray(shrunk_covariance(deviations.T @ deviations / len(deviations), shrinkage=shrinkage))


@dataclass(frozen=True)
class Gaussian:
    """Gaussian distributions with different means and the same covariance.

    Attributes:
        root: (F, F) lower Cholesky factor of the covariance.
        whitened: (K, F) the means, multiplied by the inverse of `root`.
    """

    root: Floats
    whitened: Floats

    @classmethod
    def of(cls, covariance: Floats, means: Floats, photos: int) -> Self:
        """Create the Gaussians from their parameters.

        Args:
            covariance: (F, F) covariance.
            means: (K, F) means.
            photos: Number of photos they were estimated from, for the error message.

        Raises:
            DataError: The covariance cannot be inverted.
        """
        try:
            root = cholesky(covariance, lower=True)
        except LinAlgError:
            raise DataError(
                f"detector: the covariance of {len(covariance)} features of {photos} training photos cannot be "
                "inverted: set detector.shrinkage=null, or use more training photos"
            ) from None
        return cls(root, solve_triangular(root, means.T, lower=True).T)

    def squared_distances(self, features: NDArray[np.floating]) -> Floats:
        """Return the (n, K) squared Mahalanobis distances of (n, F) features to the K means."""
        whitened = solve_triangular(self.root, features.astype(np.float64).T, lower=True).T
        distances: Floats = cdist(whitened, self.whitened, "sqeuclidean")
        return distances
