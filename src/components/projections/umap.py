"""UMAP by umap-learn."""

import warnings
from dataclasses import dataclass

import numpy as np

from components.errors import MissingExtraError
from components.projections.projection import FittedProjection, Points, Vectors, check_vectors
from components.wording import counted


@dataclass(frozen=True)
class Umap:
    """UMAP (McInnes, Healy & Melville 2018) with one thread, so that equal seeds give equal results.

    Attributes:
        n_neighbors: Size of the neighbourhoods to preserve; limited to n - 1.
        min_dist: Smallest distance between points in the projection.
    """

    n_neighbors: int = 15
    min_dist: float = 0.1

    def fit(self, vectors: Vectors, *, seed: int = 0) -> FittedProjection:
        """Fit the projection; see `Projection.fit`.

        Raises:
            MissingExtraError: umap-learn is not installed.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                from umap import UMAP
        except ImportError as error:
            raise MissingExtraError("umap-learn", "umap", "projection=umap") from error

        check_vectors(vectors)
        neighbours = min(self.n_neighbors, len(vectors) - 1)
        model = UMAP(
            n_neighbors=neighbours,
            min_dist=self.min_dist,
            init="spectral" if len(vectors) > 10 else "random",
            random_state=seed,
            n_jobs=1,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            points = np.asarray(model.fit_transform(vectors), dtype=np.float64)

        def transform(new: Vectors) -> Points:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return np.asarray(model.transform(new), dtype=np.float64)

        return FittedProjection(points, transform, f"UMAP, {counted(neighbours, 'neighbour')}")
