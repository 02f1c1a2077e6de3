"""What every embedder obeys: photos and texts in, unit vectors of one space out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Batch = tuple[NDArray[np.int64], NDArray[np.float32]]
"""(b,) rows of what was asked for and their (b, d) vectors, of any length but zero."""


class Embedder(Protocol):
    """Photos and texts as vectors whose scalar product is their likeness.

    What an option of the group `embedder` gives. As many vectors come back as went in, or an error that names the
    photo or text at fault.
    """

    @property
    def dimension(self) -> int:
        """Length d of a vector."""

    def fingerprint(self) -> str:
        """64 hex digits naming the space: model, weights, preprocessing. Vectors of two spaces cannot be compared."""

    def embed_images(self, paths: Sequence[Path]) -> NDArray[np.float32]:
        """(n, d) unit rows of n photos.

        Raises:
            DataError: A photo cannot be read; it is named.
        """

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(m, d) unit rows of m texts.

        Raises:
            DataError: A text is empty.
            ConfigError: The embedder knows photos only.
        """


class Encoder(Protocol):
    """The model inside an embedder: it computes, and knows nothing of the cache around it (`cached.Cached`).

    Making one loads nothing: weights are read when the first vector is asked for that the cache does not have.
    """

    @property
    def dimension(self) -> int:
        """Length d of a vector."""

    def fingerprint(self) -> str:
        """As in `Embedder`."""

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """Batches of vectors of these photos, in any order, each as soon as it is there."""

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Batches of vectors of these texts, likewise."""
