"""Exact search: compute all cosines block by block, and keep only those that may be among the best k.

The scores of each block are compared with the k-th best score so far, in one pass limited by memory bandwidth; after
the first blocks hardly any score exceeds it. Partitioning each block (`np.argpartition`) takes several times as long
(benchmarks/search.py). Memory: one block of scores, whatever n and the number of queries.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.search.index import NONE, Index, Ranking, Search, Vectors

QUERY_BATCH = 256
"""Number of queries processed together."""

BLOCK_SCORES = 1 << 15
"""Target number of scores per block: 128 KB stay in the processor's cache until they are compared."""

MIN_BLOCK, MAX_BLOCK = 1024, 32768
"""Bounds on the number of vectors per block."""


def exact() -> Search:
    """Search exactly: compare queries with every vector. Builds nothing; fast up to some hundred thousand photos."""
    return _make_index


def _make_index(vectors: Vectors, folder: Path | None = None) -> Index:  # noqa: ARG001 - nothing is stored
    return ExactIndex(vectors)


@dataclass(frozen=True)
class ExactIndex:
    """Exact index over (n, d) float32 unit vectors, in memory or memory-mapped; see `components.search.Index`."""

    vectors: Vectors

    def __len__(self) -> int:
        return len(self.vectors)

    def search(self, queries: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> Ranking:
        """Find the k rows with the highest cosines for each query; see `components.search.Index.search`."""
        rows = None if allowed is None or allowed.all() else np.flatnonzero(allowed)
        total = len(self.vectors) if rows is None else len(rows)
        ranking = Ranking(
            np.full((len(queries), k), NONE, dtype=np.int64), np.full((len(queries), k), np.nan, dtype=np.float32)
        )
        kept = min(k, total)
        for first in range(0, len(queries) if kept else 0, QUERY_BATCH):
            part = np.ascontiguousarray(queries[first : first + QUERY_BATCH], dtype=np.float32)
            best, scores = _best(part, self.vectors, kept, rows)
            ranking.rows[first : first + len(part), :kept] = best
            ranking.scores[first : first + len(part), :kept] = scores.clip(-1, 1)
        return ranking


def _best(
    queries: Vectors, vectors: Vectors, k: int, rows: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return (q, k) rows and scores, best first; k is at most the number of rows."""
    q, total = len(queries), len(vectors) if rows is None else len(rows)
    block = max(int(np.clip(BLOCK_SCORES // q, MIN_BLOCK, MAX_BLOCK)), 2 * k)
    scores_of_block = np.empty(q * block, dtype=np.float32)
    above_buffer = np.empty(q * block, dtype=bool)
    kth_best = np.empty((q, 1), dtype=np.float32)
    candidates = _Candidates(q, k)
    for start in range(0, total, block):
        size = min(block, total - start)
        part = vectors[start : start + size] if rows is None else vectors[rows[start : start + size]]
        scores = scores_of_block[: q * size].reshape(q, size)
        np.matmul(queries, part.T, out=scores)
        above = above_buffer[: q * size].reshape(q, size)
        if start == 0:
            np.greater_equal(scores, np.partition(scores, size - k, axis=1)[:, size - k, None], out=above)
        else:
            np.greater(scores, kth_best, out=above)  # not >=: of equal scores the lower row wins, and it came first
        hits = np.flatnonzero(above)
        candidates.add(hits // size, start + hits % size, scores.ravel()[hits])
        if candidates.full or start == 0:
            kth_best[:, 0] = candidates.reduce()[1][:, -1]
    best, best_scores = candidates.reduce()
    return best if rows is None else rows[best], best_scores


class _Candidates:
    """Scores that may be among the best k of q queries; reduced to the best k only once many have accumulated."""

    def __init__(self, q: int, k: int) -> None:
        self.q, self.k, self.new = q, k, 0
        self.parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]] = []

    def add(self, query: NDArray[np.int64], row: NDArray[np.int64], score: NDArray[np.float32]) -> None:
        if len(query):
            self.parts.append((query, row, score))
            self.new += len(query)

    @property
    def full(self) -> bool:
        return self.new > self.q * self.k

    def reduce(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Keep the best k of each query; return their (q, k) rows and scores."""
        query, row, score = (np.concatenate(arrays) for arrays in zip(*self.parts, strict=True))
        order = np.lexsort((row, -score, query))
        rank = np.arange(len(order)) - np.searchsorted(query[order], np.arange(self.q))[query[order]]
        best = order[rank < self.k]
        self.parts, self.new = [(query[best], row[best], score[best])], 0
        return row[best].reshape(self.q, self.k), score[best].reshape(self.q, self.k)
