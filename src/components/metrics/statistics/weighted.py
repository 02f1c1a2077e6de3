"""Sums and ratios under count weights: a resample of n photos is n counts.

Throughout this room `weights` is (n, B) float64: column b says how often each photo is in resample b.
A column of ones is the sample itself. Photos run down the rows so that all B resamples of a photo lie
side by side in memory.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]


def weighted_sums(groups: NDArray[np.int64], n_groups: int, weights: Floats, values: Floats | None = None) -> Floats:
    """Total of weights x `values` (1 where not given) in each group, for each resample.

    Args:
        groups: (n,) index of each photo's group.
        n_groups: How many groups there are; empty ones sum to 0.
        weights: (n, B) counts.
        values: (n,) what to sum.

    Returns:
        (n_groups, B).
    """
    n = len(groups)
    data = np.ones(n) if values is None else values
    selector = csr_array((data, (groups, np.arange(n))), shape=(n_groups, n))
    totals: Floats = selector @ weights
    return totals


def ratio(numerator: Floats, denominator: Floats, empty: float) -> Floats:
    """Element by element quotient; `empty` where the denominator is 0."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    quotient: Floats = np.divide(numerator, denominator, out=np.full(numerator.shape, empty), where=denominator != 0)
    return quotient
