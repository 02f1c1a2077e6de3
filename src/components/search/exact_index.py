"""Exact search: every vector is looked at, in blocks, and only what may be among the best is kept.

In each block the scores are compared with the worst of the best so far, one pass that goes as fast as memory; after
the first blocks hardly anything passes. Partitioning each block (`np.argpartition`) costs several times as much
(benchmarks/search.py). Memory: one block of scores, whatever n and the number of queries.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.search.index import NONE, Index, Ranking, Search, Vectors

QUERIES = 256
"""Queries at a time."""

SCORES = 1 << 15
"""Scores of a block, where there are many queries: 128 KB stay in the cache until they are compared."""

FEWEST, MOST = 1024, 32768
"""Vectors of a block."""


def exact() -> Search:
    """Look at every vector: nothing is missed and nothing is built; right up to some hundred thousand photos."""
    return _over


def _over(vectors: Vectors, folder: Path | None = None) -> Index:  # noqa: ARG001 - it keeps nothing
    return ExactIndex(vectors)


@dataclass(frozen=True)
class ExactIndex:
    """An index over (n, d) float32 unit rows, in memory or mapped from a file."""

    vectors: Vectors

    def __len__(self) -> int:
        return len(self.vectors)

    def search(self, queries: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> Ranking:
        """The best k rows for each of the (q, d) unit queries, of the (n,) `allowed` ones where that is given."""
        rows = None if allowed is None or allowed.all() else np.flatnonzero(allowed)
        total = len(self.vectors) if rows is None else len(rows)
        found = Ranking(
            np.full((len(queries), k), NONE, dtype=np.int64), np.full((len(queries), k), np.nan, dtype=np.float32)
        )
        kept = min(k, total)
        for first in range(0, len(queries) if kept else 0, QUERIES):
            part = np.ascontiguousarray(queries[first : first + QUERIES], dtype=np.float32)
            best, scores = _best(part, self.vectors, kept, rows)
            found.rows[first : first + len(part), :kept] = best
            found.scores[first : first + len(part), :kept] = scores.clip(-1, 1)
        return found


def _best(
    queries: Vectors, vectors: Vectors, k: int, rows: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """(q, k) rows and scores, best first; k is at most the number of rows."""
    q, total = len(queries), len(vectors) if rows is None else len(rows)
    block = max(int(np.clip(SCORES // q, FEWEST, MOST)), 2 * k)
    scores_of_block = np.empty(q * block, dtype=np.float32)
    passes = np.empty(q * block, dtype=bool)
    worst = np.empty((q, 1), dtype=np.float32)
    kept = _Candidates(q, k)
    for start in range(0, total, block):
        size = min(block, total - start)
        part = vectors[start : start + size] if rows is None else vectors[rows[start : start + size]]
        scores = scores_of_block[: q * size].reshape(q, size)
        np.matmul(queries, part.T, out=scores)
        above = passes[: q * size].reshape(q, size)
        if start == 0:
            np.greater_equal(scores, np.partition(scores, size - k, axis=1)[:, size - k, None], out=above)
        else:
            np.greater(scores, worst, out=above)  # of equal scores the lower row is the better, and it came before
        where = np.flatnonzero(above)
        kept.add(where // size, start + where % size, scores.ravel()[where])
        if kept.crowded or start == 0:
            worst[:, 0] = kept.settle()[1][:, -1]
    best, found = kept.settle()
    return best if rows is None else rows[best], found


class _Candidates:
    """Scores that may be among the best k of q queries, sorted out only when there are many."""

    def __init__(self, q: int, k: int) -> None:
        self.q, self.k, self.new = q, k, 0
        self.parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]] = []

    def add(self, query: NDArray[np.int64], row: NDArray[np.int64], score: NDArray[np.float32]) -> None:
        if len(query):
            self.parts.append((query, row, score))
            self.new += len(query)

    @property
    def crowded(self) -> bool:
        return self.new > self.q * self.k

    def settle(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Leave each query its best k; their (q, k) rows and scores."""
        query, row, score = (np.concatenate(one) for one in zip(*self.parts, strict=True))
        order = np.lexsort((row, -score, query))
        rank = np.arange(len(order)) - np.searchsorted(query[order], np.arange(self.q))[query[order]]
        best = order[rank < self.k]
        self.parts, self.new = [(query[best], row[best], score[best])], 0
        return row[best].reshape(self.q, self.k), score[best].reshape(self.q, self.k)
