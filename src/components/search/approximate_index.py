"""Approximate search: a graph proposes candidates, and these are scored exactly."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from components.search.exact_index import ExactIndex
from components.search.index import NONE, Ranking, Vectors

FEW = 20_000
"""Photos that pass a filter are all looked at when they are no more than this: sooner done than by the graph."""

GATHERED = 1 << 20
"""Numbers of candidates' vectors held at a time (4 MB)."""


class Graph(Protocol):
    """What a library builds over vectors; row r of the vectors is entry r."""

    def __len__(self) -> int:
        """Entries."""

    def add(self, vectors: Vectors) -> None:
        """Put vectors behind the last entry."""

    def propose(self, queries: Vectors, count: int) -> NDArray[np.int64]:
        """(q, count) likely nearest rows of each query, `NONE` where it knows no more."""


@dataclass(frozen=True)
class ApproximateIndex:
    """A graph over (n, d) unit vectors, and the vectors.

    Scores are exact; a good photo may be missed, but never are fewer found than there are.

    Attributes:
        vectors: (n, d) float32, in memory or mapped.
        graph: Over all of them.
        oversampling: Candidates for each row that is asked for.
    """

    vectors: Vectors
    graph: Graph
    oversampling: float = 2.0

    def __len__(self) -> int:
        return len(self.vectors)

    def search(self, queries: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> Ranking:
        """The k rows that it takes for the best, of the (n,) `allowed` ones where that is given."""
        passing = len(self.vectors) if allowed is None else int(allowed.sum())
        every = ExactIndex(self.vectors)
        if allowed is not None and passing <= FEW:
            return every.search(queries, k, allowed)
        share = passing / max(len(self.vectors), 1)
        count = int(np.ceil(k * self.oversampling / share)) if passing else 0
        if count >= passing:
            return every.search(queries, k, allowed)
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        candidates = self.graph.propose(queries, count)
        if allowed is not None:
            candidates = np.where((candidates != NONE) & allowed[candidates], candidates, NONE)
        found = self._ranked(queries, candidates, k)
        short = (found.rows == NONE).any(axis=1)
        if short.any():  # the filter hid the neighbours of these queries
            exact = every.search(queries[short], k, allowed)
            found.rows[short], found.scores[short] = exact.rows, exact.scores
        return found

    def _ranked(self, queries: Vectors, candidates: NDArray[np.int64], k: int) -> Ranking:
        """The best k of each query's candidates by their exact scores."""
        scores = np.empty(candidates.shape, dtype=np.float32)
        together = max(1, GATHERED // max(candidates.shape[1] * self.vectors.shape[1], 1))
        for first in range(0, len(queries), together):
            part = slice(first, first + together)
            np.einsum("qd,qcd->qc", queries[part], self.vectors[candidates[part]], out=scores[part], optimize=True)
        scores = np.where(candidates == NONE, -np.inf, scores.clip(-1, 1))
        order = np.lexsort((candidates, -scores), axis=1)[:, :k]
        best, rows = np.take_along_axis(scores, order, axis=1), np.take_along_axis(candidates, order, axis=1)
        return Ranking(rows, np.where(rows == NONE, np.nan, best).astype(np.float32))
