"""What a projection gives: a place on the plane for every vector, and for vectors that come later."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError

Vectors = NDArray[np.floating[Any]]
Points = NDArray[np.float64]

FEWEST = 4
"""Vectors that a layout is made of at least."""


@dataclass(frozen=True)
class Layout:
    """Vectors laid out on the plane.

    Attributes:
        points: (n, 2).
        transform: Places (m, d) new vectors among them: (m, 2).
        about: What the layout is and keeps, in words, for the figures that show it.
    """

    points: Points
    transform: Callable[[Vectors], Points]
    about: str


class Projection(Protocol):
    """Lays vectors out on the plane. Its `repr` names everything that determines the result."""

    def fit(self, vectors: Vectors, *, seed: int = 0) -> Layout:
        """Lay out (n, d) vectors, the same way for the same seed.

        Raises DataError for fewer than `FEWEST`.
        """


def check_vectors(vectors: Vectors) -> None:
    """Raise DataError when there are too few vectors for a layout."""
    if len(vectors) < FEWEST:
        raise DataError(f"{len(vectors)} photos cannot be laid out on a plane: at least {FEWEST} are needed")
