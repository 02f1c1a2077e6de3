"""Objects as connected components: photos that pairs hold together, directly or by way of others."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from components.matching.pairs import Pairs, Rows


def groups(pairs: Pairs, same: NDArray[np.bool_], n: int) -> Rows:
    """(n,) number of each photo's group, 0 the one of the first photo; a photo that nothing holds is alone.

    Args:
        pairs: m pairs of n photos.
        same: (m,) which of them are taken to be of one object.
        n: Photos.
    """
    held = pairs.take(same)
    graph = coo_array((np.ones(len(held), dtype=np.int8), (held.left, held.right)), shape=(n, n))
    _, labels = connected_components(graph, directed=False)
    _, first, number = np.unique(labels, return_index=True, return_inverse=True)
    found: Rows = np.argsort(np.argsort(first))[number].astype(np.int64)
    return found
