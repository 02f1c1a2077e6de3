"""The gap statistic."""

from dataclasses import dataclass

import numpy as np

from components.errors import ConfigError
from components.k_selection.criterion import Choice
from components.k_selection.k_sweep import Floats, KSweep, Vectors, within_cluster_squares


@dataclass(frozen=True)
class Gap:
    """The gap statistic (Tibshirani, Walther & Hastie 2001).

    The gap is the difference between the log within-cluster sum of squares of reference data without clusters and that
    of the data. Reference data are drawn uniformly from the bounding box of the data along its principal axes. The
    criterion chooses the smallest k whose gap is at least the gap of k + 1 minus its standard error.

    Attributes:
        references: Number of reference data sets.
    """

    references: int = 10

    @property
    def name(self) -> str:
        """Name in figures and tables."""
        return "gap"

    def choose(self, sweep: KSweep) -> Choice:
        """Compare k = 1 .. k_max - 1, each with k + 1; k is None if no gap fulfils the condition.

        Raises:
            ConfigError: `references` is below 2.
        """
        if self.references < 2:
            raise ConfigError(f"k_selection.references={self.references}: expected at least 2")
        ks = range(1, sweep.k_max + 1)
        logs = []
        for number, reference in enumerate(self.draw_references(sweep)):
            sweep.progress(f"gap statistic {number + 1}/{self.references}")
            labels = sweep.clusterer.partitions(reference, ks, (sweep.seed,))[0]
            logs.append(_log(within_cluster_squares(reference, labels)))
        gaps = np.mean(logs, axis=0) - _log(sweep.within)
        errors = np.std(logs, axis=0) * np.sqrt(1 + 1 / self.references)
        fulfilled = np.flatnonzero(gaps[:-1] >= gaps[1:] - errors[1:])
        k = int(fulfilled[0]) + 1 if len(fulfilled) else None
        remark = f"{self.references} references"
        return Choice(
            self.name, "smallest k whose gap is within a standard error of the next", tuple(ks), tuple(gaps.tolist()),
            k, tuple(errors.tolist()), remark,
        )  # fmt: skip

    def draw_references(self, sweep: KSweep) -> list[Vectors]:
        """Draw reference data from the bounding box along the principal axes; (n, d) each, in these axes."""
        exact = np.asarray(sweep.vectors, dtype=np.float64)
        exact = exact - exact.mean(axis=0)
        _, _, axes = np.linalg.svd(exact, full_matrices=False)
        rotated = exact @ axes.T
        generator = np.random.default_rng([sweep.seed, 1])
        low, high = rotated.min(axis=0), rotated.max(axis=0)
        return [generator.uniform(low, high, rotated.shape).astype(np.float32) for _ in range(self.references)]


def _log(squares: Floats) -> Floats:
    """Return the logarithm of sums of squares, with zeros replaced by the smallest positive number."""
    logs: Floats = np.log(np.maximum(squares, np.finfo(np.float64).tiny))
    return logs
