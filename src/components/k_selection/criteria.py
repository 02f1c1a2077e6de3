"""Criteria that read the partitions of a sweep as they are."""

from dataclasses import dataclass
from importlib import metadata

import numpy as np

from components.k_selection.sweep import Choice, Sweep, best_of


@dataclass(frozen=True)
class Fixed:
    """A number of clusters that is given, as the thesis's 5.

    Attributes:
        k: It.
    """

    k: int = 5

    @property
    def name(self) -> str:
        """As figures and tables call it."""
        return "fixed"

    def choose(self, sweep: Sweep) -> Choice:  # noqa: ARG002 (the others read it)
        """The k that was given; there is nothing to score."""
        return Choice(self.name, "given", (), (), self.k)


@dataclass(frozen=True)
class Elbow:
    """The knee of the sum of squares within clusters, by kneedle (Satopää et al. 2011).

    Attributes:
        sensitivity: kneedle's S; how flat a curve must be beyond its knee.
    """

    sensitivity: float = 1.0

    @property
    def name(self) -> str:
        """As figures and tables call it."""
        return "elbow"

    def choose(self, sweep: Sweep) -> Choice:
        """Find the knee of k = 1 .. k_max; None where kneedle finds none."""
        import warnings

        from kneed import KneeLocator

        ks = list(range(1, sweep.k_max + 1))
        knee = None
        if len(ks) > 2 and sweep.within[0] > sweep.within[-1]:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that there is no knee is said by the choice
                found = KneeLocator(ks, sweep.within, S=self.sensitivity, curve="convex", direction="decreasing").knee
            knee = None if found is None else int(found)
        remark = f"kneed {metadata.version('kneed')}"
        return Choice(self.name, "knee", tuple(ks), tuple(sweep.within.tolist()), knee, remark=remark)


@dataclass(frozen=True)
class Silhouette:
    """The highest mean silhouette (Rousseeuw 1987)."""

    @property
    def name(self) -> str:
        """As figures and tables call it."""
        return "silhouette"

    def choose(self, sweep: Sweep) -> Choice:
        """Compare k = 2 .. k_max."""
        ks, scores = range(2, sweep.k_max + 1), sweep.mean_silhouettes[1:]
        return Choice(self.name, "highest", tuple(ks), tuple(scores.tolist()), best_of(ks, scores))


@dataclass(frozen=True)
class CalinskiHarabasz:
    """The highest ratio of the variance between clusters to that within them (Caliński & Harabasz 1974)."""

    @property
    def name(self) -> str:
        """As figures and tables call it."""
        return "calinski_harabasz"

    def choose(self, sweep: Sweep) -> Choice:
        """Compare k = 2 .. k_max, below n."""
        n, whole = len(sweep.vectors), sweep.within[0]
        ks = range(2, min(sweep.k_max, n - 1) + 1)
        k = np.array(ks)
        within = sweep.within[1 : len(ks) + 1]
        with np.errstate(divide="ignore", invalid="ignore"):
            scores = (whole - within) / (k - 1) / (within / (n - k))
        scores[~np.isfinite(scores)] = np.nan
        return Choice(self.name, "highest", tuple(ks), tuple(scores.tolist()), best_of(ks, scores))


@dataclass(frozen=True)
class DaviesBouldin:
    """The lowest mean likeness of each cluster to the one most like it (Davies & Bouldin 1979)."""

    @property
    def name(self) -> str:
        """As figures and tables call it."""
        return "davies_bouldin"

    def choose(self, sweep: Sweep) -> Choice:
        """Compare k = 2 .. k_max, below n."""
        from sklearn.metrics import davies_bouldin_score

        n = len(sweep.vectors)
        ks = range(2, min(sweep.k_max, n - 1) + 1)
        scores = np.full(len(ks), np.nan)
        for place, k in enumerate(ks):
            if 1 < len(np.unique(sweep.labels[k - 1])) < n:
                scores[place] = davies_bouldin_score(sweep.vectors, sweep.labels[k - 1])
        return Choice(self.name, "lowest", tuple(ks), tuple(scores.tolist()), best_of(ks, scores, lowest=True))
