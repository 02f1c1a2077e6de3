"""Vectors labelled with their embedding space, so that vectors of two spaces are never compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.embedders.embedder import Embedder
from components.errors import ConfigError

SHOWN_DIGITS = 12
"""Digits of a fingerprint that an error shows."""


@dataclass(frozen=True)
class Embeddings:
    """Vectors with the fingerprint of their embedder.

    Attributes:
        vectors: (n, d) float32 unit vectors.
        space: Fingerprint of the embedder.
    """

    vectors: NDArray[np.float32]
    space: str

    @classmethod
    def of_images(cls, embedder: Embedder, paths: Sequence[Path]) -> "Embeddings":
        """Embed photos."""
        return cls(embedder.embed_images(paths), embedder.fingerprint())

    @classmethod
    def of_texts(cls, embedder: Embedder, texts: Sequence[str]) -> "Embeddings":
        """Embed texts."""
        return cls(embedder.embed_texts(texts), embedder.fingerprint())

    def cosines(self, other: "Embeddings") -> NDArray[np.float32]:
        """Return (n, m) cosines with the m vectors of `other`.

        Raises:
            ConfigError: The vectors are from different embedding spaces.
        """
        check_same_space(self.space, other.space)
        return self.vectors @ other.vectors.T


def check_same_space(left: str, right: str) -> None:
    """Check that two fingerprints of embedders are equal.

    Raises:
        ConfigError: They differ, so that vectors cannot be compared.
    """
    if left != right:
        raise ConfigError(
            f"Vectors of two embedding spaces ({left[:SHOWN_DIGITS]} and {right[:SHOWN_DIGITS]}) cannot be compared: "
            "their models, weights or preprocessing differ. Embed both sides with the same embedder"
        )
