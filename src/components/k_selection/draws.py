"""Criteria that cluster anew: data without clusters (gap statistic), and parts of the data (stability)."""

from dataclasses import dataclass

import numpy as np

from components.errors import ConfigError
from components.k_selection.sweep import Choice, Floats, Sweep, Vectors, within_cluster_squares


@dataclass(frozen=True)
class Gap:
    """The gap statistic (Tibshirani, Walther & Hastie 2001).

    How much tighter the clusters are than those of data that have none: drawn uniformly from the box around the
    data, along its principal axes. The smallest k whose gap is at least that of k + 1 less its standard error.

    Attributes:
        references: Draws.
    """

    references: int = 10

    @property
    def name(self) -> str:
        """As figures and tables call it."""
        return "gap"

    def choose(self, sweep: Sweep) -> Choice:
        """Compare k = 1 .. k_max - 1, each with the next; None where no gap is followed by one no larger.

        Raises:
            ConfigError: For fewer than two references.
        """
        if self.references < 2:
            raise ConfigError(f"k_selection.references={self.references}: expected at least 2")
        ks = range(1, sweep.k_max + 1)
        logs = []
        for number, reference in enumerate(self.drawn(sweep)):
            sweep.progress(f"gap statistic {number + 1}/{self.references}")
            labels = sweep.clusterer.partitions(reference, ks, (sweep.seed,))[0]
            logs.append(_log(within_cluster_squares(reference, labels)))
        gaps = np.mean(logs, axis=0) - _log(sweep.within)
        errors = np.std(logs, axis=0) * np.sqrt(1 + 1 / self.references)
        enough = np.flatnonzero(gaps[:-1] >= gaps[1:] - errors[1:])
        k = int(enough[0]) + 1 if len(enough) else None
        remark = f"{self.references} references"
        return Choice(
            self.name, "first not below the next", tuple(ks), tuple(gaps.tolist()), k, tuple(errors.tolist()), remark
        )

    def drawn(self, sweep: Sweep) -> list[Vectors]:
        """Uniform data in the box around the vectors along their principal axes, in those axes."""
        exact = np.asarray(sweep.vectors, dtype=np.float64)
        exact = exact - exact.mean(axis=0)
        _, _, axes = np.linalg.svd(exact, full_matrices=False)
        turned = exact @ axes.T
        generator = np.random.default_rng([sweep.seed, 1])
        low, high = turned.min(axis=0), turned.max(axis=0)
        return [generator.uniform(low, high, turned.shape).astype(np.float32) for _ in range(self.references)]


@dataclass(frozen=True)
class Stability:
    """How well clusters are found again in parts of the data (after Ben-Hur et al. 2002, with the ARI).

    Each draw takes a share of the photos, clusters them alone, and holds the result to the clusters of all. The
    largest k whose mean ARI is within a standard error of the best: few clusters are stable for the asking.

    Attributes:
        resamples: Draws.
        share: Of the photos in each.
    """

    resamples: int = 10
    share: float = 0.8

    @property
    def name(self) -> str:
        """As figures and tables call it."""
        return "stability"

    def choose(self, sweep: Sweep) -> Choice:
        """Compare k = 2 .. k_max.

        Raises:
            ConfigError: For fewer than two draws, a share that is none, or more clusters than a draw has photos.
        """
        from sklearn.metrics import adjusted_rand_score

        if self.resamples < 2 or not 0 < self.share < 1:
            raise ConfigError(
                f"k_selection.resamples={self.resamples} k_selection.share={self.share}: expected 2 draws or more, and "
                "a share between 0 and 1"
            )
        n = len(sweep.vectors)
        size = max(2, round(self.share * n))
        ks = range(2, min(sweep.k_max, size) + 1)
        generator = np.random.default_rng([sweep.seed, 2])
        found = np.empty((self.resamples, len(ks)))
        for draw in range(self.resamples):
            sweep.progress(f"stability {draw + 1}/{self.resamples}")
            rows = np.sort(generator.choice(n, size, replace=False))
            labels = sweep.clusterer.partitions(sweep.vectors[rows], ks, (sweep.seed,))[0]
            for place, one in enumerate(ks):
                found[draw, place] = adjusted_rand_score(sweep.labels[one - 1][rows], labels[place])
        scores = found.mean(axis=0)
        errors = found.std(axis=0, ddof=1) / np.sqrt(self.resamples)
        k: int | None = None
        if ks:
            best = int(scores.argmax())
            k = ks[int(np.flatnonzero(scores >= scores[best] - errors[best] - 1e-12)[-1])]
        remark = f"{self.resamples} draws of {size:,} photos"
        return Choice(
            self.name, "largest k within an error of the best", tuple(ks), tuple(scores.tolist()), k,
            tuple(errors.tolist()), remark,
        )  # fmt: skip


def _log(squares: Floats) -> Floats:
    """Logarithm of sums of squares, of which none is 0."""
    logs: Floats = np.log(np.maximum(squares, np.finfo(np.float64).tiny))
    return logs
