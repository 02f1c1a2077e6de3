"""The stability of clusters under subsampling."""

from dataclasses import dataclass

import numpy as np

from components.errors import ConfigError
from components.k_selection.criterion import Choice
from components.k_selection.k_sweep import KSweep
from components.wording import counted


@dataclass(frozen=True)
class Stability:
    """Agreement between clusters of subsamples and clusters of all photos (after Ben-Hur et al. 2002, with the ARI).

    Each subsample is clustered separately and compared with the clusters of all photos. The criterion chooses the
    largest k whose mean ARI is within one standard error of the highest, since small numbers of clusters are stable for
    any data.

    Attributes:
        resamples: Number of subsamples.
        share: Share of the photos in each subsample.
    """

    resamples: int = 10
    share: float = 0.8

    @property
    def name(self) -> str:
        """Name in figures and tables."""
        return "stability"

    def choose(self, sweep: KSweep) -> Choice:
        """Compare k = 2 .. k_max, up to the size of a subsample and the number of distinct vectors.

        Raises:
            ConfigError: `resamples` is below 2, or `share` is not between 0 and 1.
        """
        from sklearn.metrics import adjusted_rand_score

        if self.resamples < 2 or not 0 < self.share < 1:
            raise ConfigError(
                f"k_selection.resamples={self.resamples} k_selection.share={self.share}: expected at least 2 "
                "resamples and a share between 0 and 1"
            )
        n = len(sweep.vectors)
        size = max(2, round(self.share * n))
        ks = range(2, min(sweep.k_max, size, sweep.distinct) + 1)
        generator = np.random.default_rng([sweep.seed, 2])
        agreement = np.empty((self.resamples, len(ks)))
        for resample in range(self.resamples):
            sweep.progress(f"stability {resample + 1}/{self.resamples}")
            rows = np.sort(generator.choice(n, size, replace=False))
            labels = sweep.clusterer.partitions(sweep.vectors[rows], ks, (sweep.seed,))[0]
            for index, k in enumerate(ks):
                agreement[resample, index] = adjusted_rand_score(sweep.labels[k - 1][rows], labels[index])
        scores = agreement.mean(axis=0)
        errors = agreement.std(axis=0, ddof=1) / np.sqrt(self.resamples)
        chosen: int | None = None
        if ks:
            best = int(scores.argmax())
            chosen = ks[int(np.flatnonzero(scores >= scores[best] - errors[best] - 1e-12)[-1])]
        remark = f"{self.resamples} resamples of {counted(size, 'photo')}"
        return Choice(
            self.name, "largest k within a standard error of the highest", tuple(ks), tuple(scores.tolist()), chosen,
            tuple(errors.tolist()), remark,
        )  # fmt: skip
