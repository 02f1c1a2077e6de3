"""t-SNE by openTSNE, which can also project new photos."""

import warnings
from dataclasses import dataclass

import numpy as np

from components.projections.projection import FittedProjection, Points, Vectors, check_vectors

EXACT_NEIGHBOURS_LIMIT = 20_000
"""Largest number of vectors whose nearest neighbours are computed exactly; above, approximately."""

BARNES_HUT_LIMIT = 2_000
"""Largest number of vectors for which Barnes-Hut is faster than interpolation on a grid (FIt-SNE)."""


@dataclass(frozen=True)
class Tsne:
    """t-SNE (van der Maaten & Hinton 2008) with the settings of Kobak & Berens (2019): PCA start, learning rate n / 12.

    Attributes:
        perplexity: Approximate number of neighbours to preserve; limited to (n - 1) / 3.
        iterations: Number of iterations after the 250 of early exaggeration.
        workers: Number of threads; results with different numbers differ by rounding errors.
    """

    perplexity: float = 30.0
    iterations: int = 500
    workers: int = 1

    def fit(self, vectors: Vectors, *, seed: int = 0) -> FittedProjection:
        """Fit the projection; see `Projection.fit`."""
        from openTSNE import TSNE

        check_vectors(vectors)
        exact = np.asarray(vectors, dtype=np.float64)
        if not np.ptp(exact, axis=0).any():  # the gradient of equal vectors is undefined
            return FittedProjection(
                np.zeros((len(exact), 2)), lambda new: np.zeros((len(new), 2)), "t-SNE of equal photos: one point"
            )
        perplexity = min(self.perplexity, (len(exact) - 1) / 3)
        model = TSNE(
            perplexity=perplexity,
            n_iter=self.iterations,
            negative_gradient_method="fft" if len(exact) > BARNES_HUT_LIMIT else "bh",
            neighbors="exact" if len(exact) <= EXACT_NEIGHBOURS_LIMIT else "annoy",
            random_state=seed,
            n_jobs=self.workers,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            embedding = model.fit(exact)

        def transform(new: Vectors) -> Points:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return np.asarray(embedding.transform(np.asarray(new, dtype=np.float64)), dtype=np.float64)

        return FittedProjection(np.asarray(embedding, dtype=np.float64), transform, f"t-SNE, perplexity {perplexity:g}")
