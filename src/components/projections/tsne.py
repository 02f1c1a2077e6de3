"""t-SNE by openTSNE: neighbourhoods on the plane, and new photos placed among the old."""

import warnings
from dataclasses import dataclass

import numpy as np

from components.projections.projection import Layout, Points, Vectors, check_vectors

EXACT_UP_TO = 20_000
"""Vectors whose nearest neighbours are found by comparing all; above, approximately."""

TREE_UP_TO = 2_000
"""Points whose repulsion a tree sums faster (Barnes & Hut) than interpolation on a grid (FIt-SNE)."""


@dataclass(frozen=True)
class Tsne:
    """t-SNE (van der Maaten & Hinton 2008) as Kobak & Berens (2019) advise: begun from PCA, learning rate n / 12.

    Attributes:
        perplexity: Neighbours that count, about; less where there are few photos.
        iterations: After the 250 with exaggerated attraction.
        workers: Threads; the result is the same for each number of them only up to rounding.
    """

    perplexity: float = 30.0
    iterations: int = 500
    workers: int = 1

    def fit(self, vectors: Vectors, *, seed: int = 0) -> Layout:
        """Lay the vectors out; see `components.projections.projection`."""
        from openTSNE import TSNE

        check_vectors(vectors)
        exact = np.asarray(vectors, dtype=np.float64)
        perplexity = min(self.perplexity, (len(exact) - 1) / 3)
        model = TSNE(
            perplexity=perplexity,
            n_iter=self.iterations,
            negative_gradient_method="fft" if len(exact) > TREE_UP_TO else "bh",
            neighbors="exact" if len(exact) <= EXACT_UP_TO else "annoy",
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

        return Layout(np.asarray(embedding, dtype=np.float64), transform, f"t-SNE, perplexity {perplexity:g}")
