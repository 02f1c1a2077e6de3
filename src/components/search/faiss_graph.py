"""Approximate search by faiss (extra `faiss`): any index that its factory names."""

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

TOGETHER = 20_000
"""Vectors that are added between two steps of the progress bar."""

TRAINED_ON = 200_000
"""Vectors that an index which has to be trained is trained on, spread over all."""


def faiss(
    *, factory: str = "HNSW32", parameters: str = "efConstruction=128,efSearch=64", oversampling: float = 2.0
) -> Search:
    """Millions of photos by faiss: graphs (`HNSW32`), or small codes (`IVF4096,PQ64`) where memory is short.

    Args:
        factory: As faiss's `index_factory` reads it.
        parameters: As faiss's `ParameterSpace` reads them, as `nprobe=32` for the kind IVF; may be empty.
        oversampling: Candidates scored exactly for each photo that is asked for; more for coarser codes.
    """

    def over(vectors: Vectors, folder: Path | None = None) -> Index:
        file = folder / f"faiss-{factory.replace(',', '-')}.graph" if folder else None
        return ApproximateIndex(vectors, FaissGraph.over(vectors, file, factory, parameters), oversampling)

    return over


@dataclass
class FaissGraph:
    """A faiss index behind the contract `components.search.approximate_index.Graph`."""

    index: Any

    @classmethod
    def over(cls, vectors: Vectors, file: Path | None, factory: str, parameters: str) -> "FaissGraph":
        """The index in `file`, mapped, if it covers these vectors; else that one or a new one with the rest added."""
        try:
            import faiss as library
        except ModuleNotFoundError as error:
            raise MissingExtraError("faiss-cpu", "faiss", "search=faiss") from error
        if file and file.is_file():
            graph = cls(library.read_index(str(file), library.IO_FLAG_MMAP | library.IO_FLAG_READ_ONLY))
            if len(graph) == len(vectors):
                _set(library, graph.index, parameters)
                return graph
            graph = cls(library.read_index(str(file)))
            if len(graph) > len(vectors):  # of other vectors
                graph = cls(_new(library, factory, vectors))
        else:
            graph = cls(_new(library, factory, vectors))
        _set(library, graph.index, parameters)
        graph.add(vectors[len(graph) :])
        if file:
            with atomic_path(file) as temporary:
                library.write_index(graph.index, str(temporary))
        return graph

    def __len__(self) -> int:
        return int(self.index.ntotal)

    def add(self, vectors: Vectors) -> None:
        """Put vectors behind the last entry."""
        for start in progress(range(0, len(vectors), TOGETHER), "Building the search graph"):
            self.index.add(np.ascontiguousarray(vectors[start : start + TOGETHER]))

    def propose(self, queries: Vectors, count: int) -> NDArray[np.int64]:
        """(q, count) likely nearest rows of each query."""
        found: NDArray[np.int64] = self.index.search(queries, count)[1]
        return found


def _new(library: Any, factory: str, vectors: Vectors) -> Any:
    try:
        index = library.index_factory(vectors.shape[1], factory, library.METRIC_INNER_PRODUCT)
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ConfigError(f"search.factory: faiss makes no index of {factory!r} ({reason})") from error
    if not index.is_trained:
        step = max(1, len(vectors) // TRAINED_ON)
        index.train(np.ascontiguousarray(vectors[::step]))
    return index


def _set(library: Any, index: Any, parameters: str) -> None:
    try:
        library.ParameterSpace().set_index_parameters(index, parameters)
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ConfigError(f"search.parameters: faiss cannot set {parameters!r} ({reason})") from error
