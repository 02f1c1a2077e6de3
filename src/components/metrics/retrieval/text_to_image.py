"""How well texts find their photo: what a trained embedder is reported with."""

import numpy as np
from numpy.typing import NDArray

from components.metrics.statistics.estimate import Estimate

RESAMPLES = 1000


def ranks_of_own(texts: NDArray[np.float32], photos: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n,) rank, from 1, of each text's own photo among n photos by cosine; equal cosines share their mean rank."""
    cosines = texts @ photos.T
    own = np.diag(cosines)[:, None]
    rank: NDArray[np.float64] = 1 + (cosines > own).sum(axis=1) + ((cosines == own).sum(axis=1) - 1) / 2
    return rank


def mean_estimate(values: NDArray[np.float64], *, seed: int = 0) -> Estimate:
    """Mean of n values with its 95 % percentile bootstrap interval (1,000 resamples)."""
    drawn = np.random.default_rng(seed).integers(len(values), size=(RESAMPLES, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), (0.025, 0.975))
    mean = float(values.mean())
    return Estimate(value=mean, low=float(low), high=float(high), n=len(values), values=(mean,))
