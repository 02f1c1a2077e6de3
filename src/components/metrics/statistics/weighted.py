"""Sums and ratios of weighted photos; a bootstrap resample of n photos is a column of n counts.

Throughout `components.metrics`, `weights` is (n, B) float64: entry (i, b) is how often photo i occurs in resample b,
and a column of ones is the original sample. Photos are the rows, so that the B counts of a photo are contiguous in
memory.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]


def weighted_sums(groups: NDArray[np.int64], n_groups: int, weights: Floats, values: Floats | None = None) -> Floats:
    """Sum weights, or weighted values, by group for each resample.

    Args:
        groups: (n,) index of each photo's group.
        n_groups: Number of groups; empty ones sum to 0.
        weights: (n, B) counts.
        values: (n,) values to sum; 1 by default.

    Returns:
        (n_groups, B) sums.
    """
    n = len(groups)
    data = np.ones(n) if values is None else values
    selector = csr_array((data, (groups, np.arange(n))), shape=(n_groups, n))
    totals: Floats = selector @ weights
    return totals


def ratio(numerator: Floats, denominator: Floats, empty: float) -> Floats:
    """Divide elementwise; the result is `empty` where the denominator is 0."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    quotient: Floats = np.divide(numerator, denominator, out=np.full(numerator.shape, empty), where=denominator != 0)
    return quotient
