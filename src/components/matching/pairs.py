"""Pairs of photos."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """m pairs of photos, given by their rows in a table.

    Attributes:
        left: (m,) row of the left photo.
        right: (m,) row of the right photo, in the same table or, where documented, in a second one.
        directed: Whether the right photo is a candidate for the left one only. Otherwise each photo is a candidate for
            the other, `left` is less than `right`, and every pair is contained once.
    """

    left: Rows
    right: Rows
    directed: bool = False

    def __len__(self) -> int:
        return len(self.left)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Pairs":
        """Return some of the pairs, selected by indices or by a mask."""
        return Pairs(self.left[rows], self.right[rows], self.directed)

    def both_ways(self) -> tuple[Rows, Rows, Rows]:
        """Return queries and candidates: each pair in both directions, or in one if the pairs are directed.

        Returns:
            (2 m,) rows of the queries, rows of their candidates, and indices of the pairs; (m,) if directed.
        """
        index = np.arange(len(self))
        if self.directed:
            return self.left, self.right, index
        return (
            np.concatenate([self.left, self.right]),
            np.concatenate([self.right, self.left]),
            np.concatenate([index, index]),
        )


def unordered(left: Rows, right: Rows, n: int) -> Pairs:
    """Return undirected pairs: each pair of different rows once, sorted.

    Args:
        left: (m,) rows.
        right: (m,) rows that they are paired with, in either order and possibly repeated.
        n: Number of rows of the table.
    """
    low, high = np.minimum(left, right), np.maximum(left, right)
    keys = np.unique((low * n + high)[low != high])
    return Pairs(keys // n, keys % n)
