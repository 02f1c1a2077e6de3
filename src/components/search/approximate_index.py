"""Approximate search: a graph proposes candidates, which are scored exactly."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from components.search.exact_index import ExactIndex
from components.search.index import NONE, Ranking, Vectors

EXACT_LIMIT = 20_000
"""Up to this number of allowed rows, exact search is used, which is then faster than the graph."""

MAX_GATHERED = 1 << 20
"""Largest number of float32 values of candidate vectors held at a time (4 MB)."""


class Graph(Protocol):
    """Approximate index of a library; entry r is row r of the vectors."""

    def __len__(self) -> int:
        """Return the number of entries."""

    def add(self, vectors: Vectors) -> None:
        """Append vectors."""

    def propose(self, queries: Vectors, count: int) -> NDArray[np.int64]:
        """Return (q, count) candidate rows of each query, padded with `NONE`."""


@dataclass(frozen=True)
class ApproximateIndex:
    """Approximate index over (n, d) unit vectors; see `components.search.Index`.

    Scores are exact. Rows among the best k may be missed, but min(k, number of allowed rows) rows are always returned.

    Attributes:
        vectors: (n, d) float32, in memory or memory-mapped.
        graph: Graph over all vectors.
        oversampling: Number of candidates per returned row.
    """

    vectors: Vectors
    graph: Graph
    oversampling: float = 2.0

    def __len__(self) -> int:
        return len(self.vectors)

    def search(self, queries: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> Ranking:
        """Find about the k rows with the highest cosines for each query; see `components.search.Index.search`."""
        n_allowed = len(self.vectors) if allowed is None else int(allowed.sum())
        exact = ExactIndex(self.vectors)
        if allowed is not None and n_allowed <= EXACT_LIMIT:
            return exact.search(queries, k, allowed)
        share = n_allowed / max(len(self.vectors), 1)
        count = int(np.ceil(k * self.oversampling / share)) if n_allowed else 0
        if count >= n_allowed:
            return exact.search(queries, k, allowed)
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        candidates = self.graph.propose(queries, count)
        if allowed is not None:
            candidates = np.where((candidates != NONE) & allowed[candidates], candidates, NONE)
        ranking = self._ranked(queries, candidates, k)
        short = (ranking.rows == NONE).any(axis=1)
        if short.any():  # too few candidates of these queries are allowed
            again = exact.search(queries[short], k, allowed)
            ranking.rows[short], ranking.scores[short] = again.rows, again.scores
        return ranking

    def _ranked(self, queries: Vectors, candidates: NDArray[np.int64], k: int) -> Ranking:
        """Rank the candidates of each query by their exact scores; keep the best k."""
        scores = np.empty(candidates.shape, dtype=np.float32)
        batch = max(1, MAX_GATHERED // max(candidates.shape[1] * self.vectors.shape[1], 1))
        for first in range(0, len(queries), batch):
            part = slice(first, first + batch)
            np.einsum("qd,qcd->qc", queries[part], self.vectors[candidates[part]], out=scores[part], optimize=True)
        scores = np.where(candidates == NONE, -np.inf, scores.clip(-1, 1))
        order = np.lexsort((candidates, -scores), axis=1)[:, :k]
        best, rows = np.take_along_axis(scores, order, axis=1), np.take_along_axis(candidates, order, axis=1)
        return Ranking(rows, np.where(rows == NONE, np.nan, best).astype(np.float32))
