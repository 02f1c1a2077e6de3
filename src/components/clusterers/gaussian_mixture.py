"""Gaussian mixtures by scikit-learn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from components.clusterers.clusterer import Floats, Labels, check_ks, equal_vectors_together


@dataclass(frozen=True)
class Mixture:
    """A mixture of Gaussians fitted by expectation maximisation; each photo belongs to its most probable component.

    Attributes:
        covariance: Covariance matrices: `diag`, `spherical`, `tied` or `full`; `full` needs many photos.
        n_init: Number of restarts, of which the one with the highest likelihood is kept.
        floor: Number added to the variances (scikit-learn's `reg_covar`).
        max_iter: Largest number of iterations.
    """

    covariance: Literal["diag", "spherical", "tied", "full"] = "diag"
    n_init: int = 3
    floor: float = 1e-6
    max_iter: int = 200
    finds_k: ClassVar[bool] = False
    seeded: ClassVar[bool] = True

    @equal_vectors_together
    def partitions(self, vectors: Floats, ks: Sequence[int], seeds: Sequence[int]) -> Labels:
        """Return (seeds, n_k, n) labels; see `Clusterer.partitions`."""
        from sklearn.mixture import GaussianMixture

        check_ks(ks, len(vectors))
        exact = np.asarray(vectors, dtype=np.float64)
        labels = np.zeros((len(seeds), len(ks), len(vectors)), dtype=np.int64)
        for row, seed in enumerate(seeds):
            for column, k in enumerate(ks):
                model = GaussianMixture(
                    k,
                    covariance_type=self.covariance,
                    n_init=self.n_init,
                    reg_covar=self.floor,
                    max_iter=self.max_iter,
                    random_state=seed,
                )
                labels[row, column] = model.fit_predict(exact)
        return labels
