"""Criteria that optimise an internal validity index: silhouette, Caliński-Harabasz, Davies-Bouldin."""

from dataclasses import dataclass

import numpy as np

from components.k_selection.criterion import Choice, best_k
from components.k_selection.k_sweep import KSweep


@dataclass(frozen=True)
class Silhouette:
    """The highest mean silhouette (Rousseeuw 1987)."""

    @property
    def name(self) -> str:
        """Name in figures and tables."""
        return "silhouette"

    def choose(self, sweep: KSweep) -> Choice:
        """Compare k = 2 .. k_max."""
        ks, scores = range(2, sweep.k_max + 1), sweep.mean_silhouettes[1:]
        return Choice(self.name, "highest", tuple(ks), tuple(scores.tolist()), best_k(ks, scores))


@dataclass(frozen=True)
class CalinskiHarabasz:
    """The highest ratio of between-cluster to within-cluster variance (Caliński & Harabasz 1974).

    Where the variance within clusters is zero, which is so if all photos of a cluster are equal, the ratio is 1, as in
    scikit-learn.
    """

    @property
    def name(self) -> str:
        """Name in figures and tables."""
        return "calinski_harabasz"

    def choose(self, sweep: KSweep) -> Choice:
        """Compare k = 2 .. k_max, up to n - 1."""
        n, total = len(sweep.vectors), sweep.within[0]
        ks = range(2, min(sweep.k_max, n - 1) + 1)
        k = np.array([len(np.unique(sweep.labels[k - 1])) for k in ks])
        within = sweep.within[1 : len(ks) + 1]
        defined = (k > 1) & (k < n)
        scores = np.where(defined, 1.0, np.nan)
        varied = defined & (within > 0)
        scores[varied] = (total - within[varied]) / (k[varied] - 1) / (within[varied] / (n - k[varied]))
        return Choice(self.name, "highest", tuple(ks), tuple(scores.tolist()), best_k(ks, scores))


@dataclass(frozen=True)
class DaviesBouldin:
    """The lowest mean similarity between each cluster and the most similar other cluster (Davies & Bouldin 1979)."""

    @property
    def name(self) -> str:
        """Name in figures and tables."""
        return "davies_bouldin"

    def choose(self, sweep: KSweep) -> Choice:
        """Compare k = 2 .. k_max, up to n - 1."""
        from sklearn.metrics import davies_bouldin_score

        n = len(sweep.vectors)
        ks = range(2, min(sweep.k_max, n - 1) + 1)
        scores = np.full(len(ks), np.nan)
        for index, k in enumerate(ks):
            if 1 < len(np.unique(sweep.labels[k - 1])) < n:
                scores[index] = davies_bouldin_score(sweep.vectors, sweep.labels[k - 1])
        return Choice(self.name, "lowest", tuple(ks), tuple(scores.tolist()), best_k(ks, scores, lowest=True))
