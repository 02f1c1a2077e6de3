"""Connected components of items linked in pairs."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def connected_components(n: int, pairs: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    """(n,) for each of n things the smallest member of its set, where the two of a pair are in one set."""
    parent = list(range(n))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for left, right in pairs:
        first, second = sorted((root(left), root(right)))
        parent[second] = first
    return np.array([root(one) for one in range(n)], dtype=np.int64)


def equal_pairs(values: Iterable[str]) -> list[tuple[int, int]]:
    """Each position whose value, other than "", was there before, with the first position that has it."""
    first: dict[str, int] = {}
    return [(first[value], row) for row, value in enumerate(values) if value and first.setdefault(value, row) != row]
