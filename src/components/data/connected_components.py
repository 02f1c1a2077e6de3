"""Connected components of items linked in pairs."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def connected_components(n: int, pairs: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    """Label the connected components of a graph by union-find.

    Args:
        n: Number of nodes, 0 .. n - 1.
        pairs: The edges.

    Returns:
        (n,) for each node the smallest node of its component.
    """
    parent = list(range(n))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in pairs:
        smaller, larger = sorted((root(left), root(right)))
        parent[larger] = smaller
    return np.array([root(node) for node in range(n)], dtype=np.int64)


def equal_pairs(values: Iterable[str]) -> list[tuple[int, int]]:
    """Pair each repeated value with its first occurrence; "" is ignored.

    Returns:
        Pairs (index of the first occurrence, index of the repetition).

    Examples:
        >>> equal_pairs(["a", "", "b", "a", "", "a"])
        [(0, 3), (0, 5)]
    """
    first: dict[str, int] = {}
    return [(first[value], row) for row, value in enumerate(values) if value and first.setdefault(value, row) != row]
