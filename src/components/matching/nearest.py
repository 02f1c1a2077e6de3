"""The nearest photos of every photo of one set, by the scalar product of their vectors.

A set searched for its own nearest needs only half of its products: the block of photos I against photos J answers for
both. That halves the time of `components.search.ExactIndex` on the same machine (benchmarks/matching.py); memory is a
block of products and the candidates, whatever n.
"""

import numpy as np
from numpy.typing import NDArray

from components.matching.pairs import Rows

BLOCK = 1024
"""Photos of a block: 4 MB of products."""


def nearest_of_each(vectors: NDArray[np.float32], k: int) -> Rows:
    """(n, k) rows of the k nearest others of each of the (n, d) vectors, best first; of equal ones the lower row.

    Where there are fewer than k others, k is so many.
    """
    n = len(vectors)
    k = min(k, n - 1)
    if k < 1:
        return np.empty((n, 0), dtype=np.int64)
    block = max(BLOCK, k + 1)
    starts = range(0, n, block)
    worst = np.full(n, -np.inf, dtype=np.float32)
    best = _Best(n, k)
    for start in starts:  # a first bound of each row, from its own block
        part = vectors[start : start + block]
        scores = part @ part.T
        np.fill_diagonal(scores, -np.inf)
        if len(part) > k:
            worst[start : start + block] = np.partition(scores, len(part) - k, axis=1)[:, len(part) - k]
        best.add(scores, worst[start : start + block], start, start)
    for start in starts:
        rows = slice(start, start + block)
        for other in range(start + block, n, block):
            columns = slice(other, other + block)
            scores = vectors[rows] @ vectors[columns].T
            best.add(scores, worst[rows], start, other)
            best.add(scores.T, worst[columns], other, start)
        if best.crowded:
            worst = best.settle(worst)
    best.settle(worst)
    return best.rows()


class _Best:
    """What may be among the k best of each row, sorted out now and then."""

    def __init__(self, n: int, k: int) -> None:
        self.n, self.k, self.new = n, k, 0
        self.parts: list[tuple[Rows, Rows, NDArray[np.float32]]] = []

    def add(self, scores: NDArray[np.float32], worst: NDArray[np.float32], first: int, column: int) -> None:
        """Keep what reaches the bound of its row; the (a, b) scores begin at row `first` and at `column`."""
        i, j = np.nonzero(scores >= np.maximum(worst, np.finfo(np.float32).min)[:, None])
        self.parts.append((i + first, j + column, scores[i, j]))
        self.new += len(i)

    @property
    def crowded(self) -> bool:
        return self.new > 4 * self.n * self.k

    def settle(self, worst: NDArray[np.float32]) -> NDArray[np.float32]:
        """Leave each row its best k at most; gives the (n,) bounds that follow."""
        row, column, score = (np.concatenate(one) for one in zip(*self.parts, strict=True))
        order = np.lexsort((column, -score, row))
        rank = np.arange(len(order)) - np.searchsorted(row[order], np.arange(self.n))[row[order]]
        kept = order[rank < self.k]
        self.parts, self.new = [(row[kept], column[kept], score[kept])], 0
        bounds, last = worst.copy(), order[rank == self.k - 1]
        bounds[row[last]] = score[last]
        return bounds

    def rows(self) -> Rows:
        """(n, k) the best, after `settle`."""
        return self.parts[0][1].reshape(self.n, self.k)
