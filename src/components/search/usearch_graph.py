"""Approximate search by usearch: a navigable small-world graph (HNSW, Malkov & Yashunin 2018) that opens by mapping."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from components.data import progress
from components.search.approximate_index import ApproximateIndex
from components.search.index import NONE, Index, Search, Vectors
from components.storage import atomic_path

TOGETHER = 20_000
"""Vectors that are added between two steps of the progress bar."""


def approximate(
    *,
    connectivity: int = 16,
    expansion_add: int = 128,
    expansion_search: int = 64,
    dtype: Literal["f32", "f16", "bf16", "i8"] = "f16",
    oversampling: float = 2.0,
    threads: int = 0,
) -> Search:
    """Millions of photos: a graph that finds nearly all of the best at a fraction of the time.

    Args:
        connectivity: Neighbours of a vector in the graph; more find more and take more memory.
        expansion_add: Candidates looked at when a vector is added; more build a better graph, slower.
        expansion_search: Candidates looked at for a query; more find more, slower.
        dtype: How the graph keeps its own copy of the vectors; scores are computed from the exact ones.
        oversampling: Candidates scored exactly for each photo that is asked for.
        threads: 0: as many as there are cores. With more than one the graph hangs on their timing, and with it a few
            of the photos that are missed; 1 gives the same graph each time, slower.
    """

    def over(vectors: Vectors, folder: Path | None = None) -> Index:
        name = f"usearch-{connectivity}-{expansion_add}-{dtype}.graph"
        graph = UsearchGraph.over(
            vectors,
            folder / name if folder else None,
            connectivity=connectivity,
            expansion_add=expansion_add,
            expansion_search=expansion_search,
            dtype=dtype,
            threads=threads,
        )
        return ApproximateIndex(vectors, graph, oversampling)

    return over


@dataclass
class UsearchGraph:
    """usearch's index behind the contract `components.search.approximate_index.Graph`."""

    index: Any
    threads: int

    @classmethod
    def over(cls, vectors: Vectors, file: Path | None, *, threads: int, **settings: Any) -> "UsearchGraph":
        """The graph in `file`, mapped, if it covers these vectors; else that one or a new one with the rest added."""
        from usearch.index import Index as Usearch

        def new() -> Any:
            return Usearch(ndim=vectors.shape[1], metric="ip", **settings)

        graph = cls(new(), threads)
        if file and file.is_file():
            graph.index.view(str(file))
            if len(graph.index) == len(vectors):
                return graph
            graph.index = new()  # a mapped graph takes nothing in; a graph of more vectors is of others
            graph.index.load(str(file))
            if len(graph.index) > len(vectors):
                graph.index = new()
        graph.add(vectors[len(graph) :])
        if file:
            with atomic_path(file) as temporary:
                graph.index.save(str(temporary))
        return graph

    def __len__(self) -> int:
        return len(self.index)

    def add(self, vectors: Vectors) -> None:
        """Put vectors behind the last entry."""
        first = len(self.index)
        for start in progress(range(0, len(vectors), TOGETHER), "Building the search graph"):
            part = np.ascontiguousarray(vectors[start : start + TOGETHER])
            keys = np.arange(first + start, first + start + len(part), dtype=np.uint64)
            self.index.add(keys, part, threads=self.threads)

    def propose(self, queries: Vectors, count: int) -> NDArray[np.int64]:
        """(q, count) likely nearest rows of each query."""
        matches = self.index.search(queries, count, threads=self.threads)
        keys = np.asarray(matches.keys).reshape(len(queries), -1).astype(np.int64)
        found = np.atleast_1d(np.asarray(getattr(matches, "counts", [len(matches)])))
        known = np.arange(keys.shape[1]) < found[:, None]
        rows = np.full((len(queries), count), NONE, dtype=np.int64)
        rows[:, : keys.shape[1]] = np.where(known, keys, NONE)
        return rows
