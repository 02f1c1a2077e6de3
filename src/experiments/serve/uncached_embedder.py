"""An embedder that keeps the embeddings of known photos and texts in memory, and stores nothing on disk."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from components.embedders import Batch, Cached, Embedder

Vectors = NDArray[np.float32]
Item = TypeVar("Item")
EncoderT = TypeVar("EncoderT")


class UncachedEmbedder:
    """Embeds known photos and texts from memory, and all others with the model, without storing the result.

    `Cached` stores the embedding of everything that it embeds on disk; nothing of an upload may be stored.

    Attributes:
        images: Embeddings of the known photos by path.
        texts: Embeddings of the known texts.
    """

    def __init__(self, embedder: Embedder, photos: Sequence[Path] = (), texts: Sequence[str] = ()) -> None:
        """Embed the known photos and texts once, through the cache of `embedder`.

        Args:
            embedder: To take embeddings from.
            photos: The known photos.
            texts: The known texts.
        """
        self.embedder = embedder
        self.images = dict(zip(photos, embedder.embed_images(photos), strict=True)) if photos else {}
        self.texts = dict(zip(texts, embedder.embed_texts(texts), strict=True)) if texts else {}
        self._encoder = _without_caches(embedder.encoder) if isinstance(embedder, Cached) else None

    @property
    def dimension(self) -> int:
        """Length of an embedding."""
        return self.embedder.dimension

    def fingerprint(self) -> str:
        """Return 64 hex digits that identify the embedding space."""
        return self.embedder.fingerprint()

    def embed_images(self, paths: Sequence[Path]) -> Vectors:
        """Return (n, d) unit rows for n photos; raises what the embedder raises."""
        if self._encoder is None:
            return _from_memory(paths, self.images, self.dimension, self.embedder.embed_images)
        encode = self._encoder.encode_images
        return _from_memory(
            paths, self.images, self.dimension, lambda new: _unit_rows(encode(new), self.dimension, new)
        )

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Return (n, d) unit rows for n texts; raises what the embedder raises."""
        if self._encoder is None:
            return _from_memory(texts, self.texts, self.dimension, self.embedder.embed_texts)
        encode = self._encoder.encode_texts
        return _from_memory(texts, self.texts, self.dimension, lambda new: _unit_rows(encode(new), self.dimension, new))


def _from_memory(
    items: Sequence[Item], known: dict[Item, Vectors], dimension: int, embed: Callable[[Sequence[Item]], Vectors]
) -> Vectors:
    """Return the embeddings of items: those of known ones from memory, those of new ones by `embed`."""
    vectors = np.zeros((len(items), dimension), np.float32)
    new = [row for row, item in enumerate(items) if item not in known]
    for row, item in enumerate(items):
        if item in known:
            vectors[row] = known[item]
    if new:
        vectors[new] = embed([items[row] for row in new])
    return vectors


def _unit_rows(batches: Iterator[Batch], dimension: int, items: Sequence[object]) -> Vectors:
    """Return the encoder's batches as (n, d) rows of length 1; rows that no batch has are zero."""
    unit = np.zeros((len(items), dimension), np.float32)
    for rows, vectors in batches:
        norms = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
        unit[rows] = vectors / np.maximum(norms, 1e-12)
    return unit


def _without_caches(encoder: EncoderT) -> EncoderT:
    """Return a copy of an encoder whose own embedders (those that `aligned` builds on) store nothing either."""
    bare = copy.copy(encoder)
    for name, part in vars(bare).items():
        if isinstance(part, Cached):
            setattr(bare, name, UncachedEmbedder(part))
    return bare
