"""Principal components: the plane that keeps most of the variance."""

from dataclasses import dataclass

import numpy as np

from components.projections.projection import Layout, Points, Vectors, check_vectors


@dataclass(frozen=True)
class Pca:
    """The first two principal components (Pearson 1901)."""

    def fit(self, vectors: Vectors, *, seed: int = 0) -> Layout:
        """Lay the vectors out; see `components.projections.projection`."""
        from sklearn.decomposition import PCA

        check_vectors(vectors)
        exact = np.asarray(vectors, dtype=np.float64)
        model = PCA(2, random_state=seed)
        points = model.fit_transform(exact)
        kept = 100 * float(np.nansum(model.explained_variance_ratio_))

        def transform(new: Vectors) -> Points:
            placed: Points = model.transform(np.asarray(new, dtype=np.float64))
            return placed

        return Layout(points, transform, f"PCA, {kept:.0f} % of the variance")
