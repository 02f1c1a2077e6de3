"""Projection to the first two principal components."""

from dataclasses import dataclass

import numpy as np

from components.projections.projection import FittedProjection, Points, Vectors, check_vectors


@dataclass(frozen=True)
class Pca:
    """Principal component analysis (Pearson 1901) with two components."""

    def fit(self, vectors: Vectors, *, seed: int = 0) -> FittedProjection:
        """Fit the projection; see `Projection.fit`."""
        from sklearn.decomposition import PCA

        check_vectors(vectors)
        exact = np.asarray(vectors, dtype=np.float64)
        model = PCA(2, random_state=seed)
        with np.errstate(invalid="ignore"):  # equal vectors have no variance to explain
            points = model.fit_transform(exact)
        explained = 100 * float(np.nansum(model.explained_variance_ratio_))

        def transform(new: Vectors) -> Points:
            projected: Points = model.transform(np.asarray(new, dtype=np.float64))
            return projected

        return FittedProjection(points, transform, f"PCA, {explained:.0f} % of the variance")
