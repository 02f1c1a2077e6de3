"""What every index obeys: unit vectors in, the best rows for a query out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
NONE = -1
"""The row where there are fewer than were asked for."""


@dataclass(frozen=True)
class Ranking:
    """The best k rows for each of q queries, best first; of equal scores the lower row first.

    Attributes:
        rows: (q, k) int64, rows of the vectors; `NONE` behind the last where fewer may be found.
        scores: (q, k) float32, cosines in [-1, 1]; NaN where there is no row.
    """

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]


class Index(Protocol):
    """Vectors that can be asked for the nearest to others."""

    def __len__(self) -> int:
        """How many vectors there are."""

    def search(self, queries: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> Ranking:
        """The best k rows for each of the (q, d) unit queries, of the (n,) `allowed` ones where that is given."""


Search = Callable[[Vectors, Path | None], Index]
"""What an option of the group `search` gives: makes an index over (n, d) unit vectors.

It keeps what it builds in the folder, if there is one, and finds it there the next time; for vectors that have been
added at the end since then it is added to, not built again.
"""
