"""Groups of photos of the same object: connected components of the matched pairs."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from components.matching.pairs import Pairs, Rows


def object_groups(pairs: Pairs, same: NDArray[np.bool_], n: int) -> Rows:
    """Return the (n,) group number of each photo, counted from 0 in the order of the first photo of each group.

    Args:
        pairs: m pairs of n photos.
        same: (m,) whether the photos of a pair are taken to show the same object.
        n: Number of photos; a photo without such a pair is a group of its own.
    """
    matched = pairs.take(same)
    graph = coo_array((np.ones(len(matched), dtype=np.int8), (matched.left, matched.right)), shape=(n, n))
    _, labels = connected_components(graph, directed=False)
    _, first, number = np.unique(labels, return_index=True, return_inverse=True)
    groups: Rows = np.argsort(np.argsort(first))[number].astype(np.int64)
    return groups
