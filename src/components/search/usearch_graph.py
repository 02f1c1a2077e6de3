"""Approximate search with usearch: a memory-mapped HNSW graph (Malkov & Yashunin 2018)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from components.data import progress
from components.search.approximate_index import ApproximateIndex
from components.search.index import NONE, Index, Search, Vectors
from components.storage import atomic_path

BATCH = 20_000
"""Number of vectors added per step of the progress bar."""


def approximate(
    *,
    connectivity: int = 16,
    expansion_add: int = 128,
    expansion_search: int = 64,
    dtype: Literal["f32", "f16", "bf16", "i8"] = "f16",
    oversampling: float = 2.0,
    threads: int = 0,
) -> Search:
    """Search approximately with a graph (HNSW), for millions of photos.

    Args:
        connectivity: Neighbours per vector in the graph; more increase recall and memory use.
        expansion_add: Candidates examined when a vector is added; more increase recall and build time.
        expansion_search: Candidates examined per query; more increase recall and search time.
        dtype: Precision of the graph's own copy of the vectors; scores are computed from the float32 vectors.
        oversampling: Number of candidates scored exactly per returned photo.
        threads: Number of threads; 0: one per core. With more than one thread the graph depends on their timing, so
            that a few results may differ between two builds; 1 is reproducible, but slower.
    """

    def make_index(vectors: Vectors, folder: Path | None = None) -> Index:
        name = f"usearch-{connectivity}-{expansion_add}-{dtype}.graph"
        graph = UsearchGraph.load_or_build(
            vectors,
            folder / name if folder else None,
            connectivity=connectivity,
            expansion_add=expansion_add,
            expansion_search=expansion_search,
            dtype=dtype,
            threads=threads,
        )
        return ApproximateIndex(vectors, graph, oversampling)

    return make_index


@dataclass
class UsearchGraph:
    """A usearch index as a `components.search.approximate_index.Graph`."""

    index: Any
    threads: int

    @classmethod
    def load_or_build(cls, vectors: Vectors, file: Path | None, *, threads: int, **settings: Any) -> "UsearchGraph":
        """Load the graph in `file`, memory-mapped, or build it; add vectors that it lacks, and store it again."""
        from usearch.index import Index as Usearch

        def new() -> Any:
            return Usearch(ndim=vectors.shape[1], metric="ip", **settings)

        graph = cls(new(), threads)
        if file and file.is_file():
            graph.index.view(str(file))
            if len(graph.index) == len(vectors):
                return graph
            graph.index = new()  # a memory-mapped graph is read-only; one with more vectors was built from others
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
        """Append vectors."""
        first = len(self.index)
        for start in progress(range(0, len(vectors), BATCH), "Building the search graph"):
            part = np.ascontiguousarray(vectors[start : start + BATCH])
            keys = np.arange(first + start, first + start + len(part), dtype=np.uint64)
            self.index.add(keys, part, threads=self.threads)

    def propose(self, queries: Vectors, count: int) -> NDArray[np.int64]:
        """Return (q, count) candidate rows of each query, padded with `NONE`."""
        matches = self.index.search(queries, count, threads=self.threads)
        keys = np.asarray(matches.keys).reshape(len(queries), -1).astype(np.int64)
        counts = np.atleast_1d(np.asarray(getattr(matches, "counts", [len(matches)])))
        valid = np.arange(keys.shape[1]) < counts[:, None]
        rows = np.full((len(queries), count), NONE, dtype=np.int64)
        rows[:, : keys.shape[1]] = np.where(valid, keys, NONE)
        return rows
