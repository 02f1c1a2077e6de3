"""The nearest photos of every photo of one set."""

import numpy as np
from numpy.typing import NDArray

from components.matching.pairs import Rows
from components.search import ExactIndex


def nearest_of_each(vectors: NDArray[np.float32], k: int) -> Rows:
    """(n, k) rows of the k nearest others of each of the (n, d) unit vectors, best first; of equal ones the lower row.

    Where there are fewer than k others, k is so many. Memory is that of the result and of a block of products.
    """
    n = len(vectors)
    k = min(k, n - 1)
    if k < 1:
        return np.empty((n, 0), dtype=np.int64)
    found = ExactIndex(vectors).search(vectors, k + 1).rows
    itself = found == np.arange(n)[:, None]
    itself[~itself.any(axis=1), -1] = True  # among more than k copies of it a photo may not find itself
    others: Rows = found[~itself].reshape(n, k)
    return others
