"""The interface of projections to two dimensions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError
from components.wording import counted

Vectors = NDArray[np.floating[Any]]
Points = NDArray[np.float64]

MIN_VECTORS = 4
"""Smallest number of vectors that a projection can be fitted to."""


@dataclass(frozen=True)
class FittedProjection:
    """The result of fitting a projection to vectors.

    Attributes:
        points: (n, 2) projections of the vectors.
        transform: Function that projects new vectors (m, d) to (m, 2) without changing `points`.
        description: Method and parameters in words, for figures.
    """

    points: Points
    transform: Callable[[Vectors], Points]
    description: str


class Projection(Protocol):
    """Projects vectors to two dimensions. Its `repr` must contain everything that determines the result."""

    def fit(self, vectors: Vectors, *, seed: int = 0) -> FittedProjection:
        """Fit the projection to vectors.

        Args:
            vectors: (n, d).
            seed: Equal seeds give equal results.

        Raises:
            DataError: There are fewer than `MIN_VECTORS` vectors.
        """


def check_vectors(vectors: Vectors) -> None:
    """Raise DataError if there are fewer than `MIN_VECTORS` vectors."""
    if len(vectors) < MIN_VECTORS:
        raise DataError(
            f"projection to two dimensions needs at least {MIN_VECTORS} photos, found {counted(len(vectors), 'photo')}"
        )
