"""Approximate search with faiss (extra `faiss`): any index of its `index_factory`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data import progress
from components.errors import ConfigError, MissingExtraError
from components.search.approximate_index import ApproximateIndex
from components.search.index import Index, Search, Vectors
from components.storage import atomic_path

BATCH = 20_000
"""Number of vectors added per step of the progress bar."""

TRAINING_VECTORS = 200_000
"""Approximate number of vectors, evenly spaced, that an index is trained on if it needs training."""


def faiss(
    *, factory: str = "HNSW32", parameters: str = "efConstruction=128,efSearch=64", oversampling: float = 2.0
) -> Search:
    """Search approximately with faiss: graphs (`HNSW32`), or compressed vectors (`IVF4096,PQ64`) to save memory.

    Args:
        factory: Description of the index for faiss's `index_factory`.
        parameters: Search parameters for faiss's `ParameterSpace`, e.g. `nprobe=32` for IVF indexes; may be empty.
        oversampling: Number of candidates scored exactly per returned photo; compressed vectors need more.

    Raises:
        MissingExtraError: faiss is not installed (when an index is made).
        ConfigError: faiss does not accept `factory` or `parameters` (when an index is made).
    """

    def make_index(vectors: Vectors, folder: Path | None = None) -> Index:
        file = folder / f"faiss-{factory.replace(',', '-')}.graph" if folder else None
        return ApproximateIndex(vectors, FaissGraph.load_or_build(vectors, file, factory, parameters), oversampling)

    return make_index


@dataclass
class FaissGraph:
    """A faiss index as a `components.search.approximate_index.Graph`."""

    index: Any

    @classmethod
    def load_or_build(cls, vectors: Vectors, file: Path | None, factory: str, parameters: str) -> "FaissGraph":
        """Load the index in `file`, memory-mapped, or build it; add vectors that it lacks, and store it again."""
        try:
            import faiss as library
        except ModuleNotFoundError as error:
            raise MissingExtraError("faiss-cpu", "faiss", "search=faiss") from error
        if file and file.is_file():
            graph = cls(library.read_index(str(file), library.IO_FLAG_MMAP | library.IO_FLAG_READ_ONLY))
            if len(graph) == len(vectors):
                _set_parameters(library, graph.index, parameters)
                return graph
            graph = cls(library.read_index(str(file)))
            if len(graph) > len(vectors):  # built from other vectors
                graph = cls(_new_index(library, factory, vectors))
        else:
            graph = cls(_new_index(library, factory, vectors))
        _set_parameters(library, graph.index, parameters)
        graph.add(vectors[len(graph) :])
        if file:
            with atomic_path(file) as temporary:
                library.write_index(graph.index, str(temporary))
        return graph

    def __len__(self) -> int:
        return int(self.index.ntotal)

    def add(self, vectors: Vectors) -> None:
        """Append vectors."""
        for start in progress(range(0, len(vectors), BATCH), "Building the search graph"):
            self.index.add(np.ascontiguousarray(vectors[start : start + BATCH]))

    def propose(self, queries: Vectors, count: int) -> NDArray[np.int64]:
        """Return (q, count) candidate rows of each query."""
        rows: NDArray[np.int64] = self.index.search(queries, count)[1]
        return rows


def _new_index(library: Any, factory: str, vectors: Vectors) -> Any:
    try:
        index = library.index_factory(vectors.shape[1], factory, library.METRIC_INNER_PRODUCT)
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ConfigError(f"search.factory: faiss does not accept {factory!r} ({reason})") from error
    if not index.is_trained:
        step = max(1, len(vectors) // TRAINING_VECTORS)
        index.train(np.ascontiguousarray(vectors[::step]))
    return index


def _set_parameters(library: Any, index: Any, parameters: str) -> None:
    try:
        library.ParameterSpace().set_index_parameters(index, parameters)
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ConfigError(f"search.parameters: faiss does not accept {parameters!r} ({reason})") from error
