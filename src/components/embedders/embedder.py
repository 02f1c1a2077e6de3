"""Interfaces of embedders and of the encoders inside them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Batch = tuple[NDArray[np.int64], NDArray[np.float32]]
"""(B,) rows of the input and their (B, d) vectors, of any length above 0."""


class Embedder(Protocol):
    """Embeds photos and texts as unit vectors; the dot product of two vectors is their similarity.

    The options of the group `embedder` are embedders. All inputs are embedded, or an error names the photo or text that
    could not be.
    """

    @property
    def dimension(self) -> int:
        """Dimension d of the vectors."""

    def fingerprint(self) -> str:
        """Return 64 hex digits that identify the embedding space: model, weights and preprocessing.

        Vectors with different fingerprints cannot be compared.
        """

    def embed_images(self, paths: Sequence[Path]) -> NDArray[np.float32]:
        """Return (n, d) unit vectors of n photos.

        Raises:
            DataError: A photo cannot be read; the message names it.
        """

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (m, d) unit vectors of m texts.

        Raises:
            DataError: A text is empty.
            ConfigError: The embedder does not support texts.
        """


class Encoder(Protocol):
    """The model of an embedder, without the cache around it (`components.embedders.Cached`).

    Creating an encoder loads nothing; weights are loaded when a vector is computed that the cache does not have.
    """

    @property
    def dimension(self) -> int:
        """Dimension d of the vectors."""

    def fingerprint(self) -> str:
        """Return 64 hex digits that identify the embedding space; see `Embedder.fingerprint`."""

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """Yield batches of vectors of photos, in any order, as soon as they are computed."""

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Yield batches of vectors of texts, in any order, as soon as they are computed."""
