"""Pairs of photos."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """m pairs of photos, each a row of a table.

    Attributes:
        left: (m,) row of one photo.
        right: (m,) row of the other; of the same table, or of another one where that is said.
        directed: Whether only the left photo asks for the right one; else each asks for the other, `left` is below
            `right`, and no pair is there twice.
    """

    left: Rows
    right: Rows
    directed: bool = False

    def __len__(self) -> int:
        return len(self.left)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Pairs":
        """These pairs, by index or by mask."""
        return Pairs(self.left[rows], self.right[rows], self.directed)

    def both_ways(self) -> tuple[Rows, Rows, Rows]:
        """(2 m,) who asks, who is looked at, and which pair that is; (m,) where pairs are directed."""
        number = np.arange(len(self))
        if self.directed:
            return self.left, self.right, number
        return (
            np.concatenate([self.left, self.right]),
            np.concatenate([self.right, self.left]),
            np.concatenate([number, number]),
        )


def unordered(one: Rows, other: Rows, n: int) -> Pairs:
    """Each pair of different rows of a table of n rows once, sorted."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    keys = np.unique((low * n + high)[low != high])
    return Pairs(keys // n, keys % n)
