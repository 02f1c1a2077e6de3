"""Vectors that know which space they are of, so that two spaces are never compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.embedders.embedder import Embedder
from components.errors import ConfigError

SHOWN = 12


@dataclass(frozen=True)
class Embeddings:
    """Vectors with the fingerprint of the embedder that made them.

    Attributes:
        vectors: (n, d) float32, unit rows.
        space: What `Embedder.fingerprint` gave.
    """

    vectors: NDArray[np.float32]
    space: str

    @classmethod
    def of_images(cls, embedder: Embedder, paths: Sequence[Path]) -> "Embeddings":
        """Of photos."""
        return cls(embedder.embed_images(paths), embedder.fingerprint())

    @classmethod
    def of_texts(cls, embedder: Embedder, texts: Sequence[str]) -> "Embeddings":
        """Of texts."""
        return cls(embedder.embed_texts(texts), embedder.fingerprint())

    def cosines(self, other: "Embeddings") -> NDArray[np.float32]:
        """(n, m) cosines with the vectors of `other`; raises ConfigError when that is of another space."""
        check_same_space(self.space, other.space)
        return self.vectors @ other.vectors.T


def check_same_space(left: str, right: str) -> None:
    """Raise ConfigError when two fingerprints of embedders differ: their vectors cannot be compared."""
    if left != right:
        raise ConfigError(
            f"These vectors are of two spaces ({left[:SHOWN]} and {right[:SHOWN]}): another model, other weights or "
            "another preprocessing. Their cosines mean nothing; embed both sides with the same embedder"
        )
