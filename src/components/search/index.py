"""Interface of search indexes: unit vectors in, the rows with the highest cosines out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
NONE = -1
"""Row number that pads rankings with fewer than k rows."""


@dataclass(frozen=True)
class Ranking:
    """The k best rows for each of q queries, best first; ties are ordered by row.

    Attributes:
        rows: (q, k) int64, rows of the vectors; padded with `NONE` if fewer than k are allowed.
        scores: (q, k) float32, cosines in [-1, 1]; NaN where the row is `NONE`.
    """

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]


class Index(Protocol):
    """An index over (n, d) unit vectors."""

    def __len__(self) -> int:
        """Return the number of vectors."""

    def search(self, queries: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> Ranking:
        """Find the k rows with the highest cosines for each query.

        Args:
            queries: (q, d) unit vectors.
            k: Number of rows per query.
            allowed: (n,) mask of the rows that may be returned; None: all.
        """


Search = Callable[[Vectors, Path | None], Index]
"""An option of the group `search`: makes an index from (n, d) unit vectors and a folder.

A graph built for the index is stored in the folder, unless that is None, and loaded from there the next time. If
vectors have been appended since then, they are added to the stored graph, which is not rebuilt.
"""
