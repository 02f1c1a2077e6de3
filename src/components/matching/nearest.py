"""Exact nearest neighbours within one set of vectors."""

import numpy as np
from numpy.typing import NDArray

from components.matching.pairs import Rows
from components.search import ExactIndex


def nearest_neighbours(vectors: NDArray[np.float32], k: int) -> Rows:
    """Return the rows of the k nearest neighbours of each vector, without the vector itself.

    Memory is that of the result plus one block of inner products.

    Args:
        vectors: (n, d) vectors of unit length.
        k: Number of neighbours; at most n - 1 are returned.

    Returns:
        (n, k) rows by descending inner product; ties are in the order of the rows.
    """
    n = len(vectors)
    k = min(k, n - 1)
    if k < 1:
        return np.empty((n, 0), dtype=np.int64)
    found = ExactIndex(vectors).search(vectors, k + 1).rows
    itself = found == np.arange(n)[:, None]
    itself[~itself.any(axis=1), -1] = True  # a vector with more than k copies may not be in its own result
    others: Rows = found[~itself].reshape(n, k)
    return others
