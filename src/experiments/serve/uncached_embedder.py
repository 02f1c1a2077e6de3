"""An embedder that remembers the existing points in memory and keeps nothing of what is uploaded."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from components.embedders import Batch, Cached, Embedder

Vectors = NDArray[np.float32]
Key = TypeVar("Key")
One = TypeVar("One")


class UncachedEmbedder:
    """The vectors of known photos and texts from memory, those of all others computed anew and forgotten.

    `Cached` keeps the vector of everything that it embeds on disk, by content; of an upload nothing may stay.
    """

    def __init__(self, embedder: Embedder, photos: Sequence[Path] = (), texts: Sequence[str] = ()) -> None:
        """Embed `photos` and `texts` once, through the cache of `embedder`."""
        self.embedder = embedder
        self.images = dict(zip(photos, embedder.embed_images(photos), strict=True)) if photos else {}
        self.texts = dict(zip(texts, embedder.embed_texts(texts), strict=True)) if texts else {}
        self._encoder = _without_caches(embedder.encoder) if isinstance(embedder, Cached) else None

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self.embedder.dimension

    def fingerprint(self) -> str:
        """64 hex digits naming the space."""
        return self.embedder.fingerprint()

    def embed_images(self, paths: Sequence[Path]) -> Vectors:
        """(n, d) unit rows of n photos; errors as those of the embedder within."""
        encode, whole = (self._encoder.encode_images, None) if self._encoder else (None, self.embedder.embed_images)
        return _looked_up(paths, self.images, self.dimension, encode, whole)

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """(m, d) unit rows of m texts; errors as those of the embedder within."""
        encode, whole = (self._encoder.encode_texts, None) if self._encoder else (None, self.embedder.embed_texts)
        return _looked_up(texts, self.texts, self.dimension, encode, whole)


def _looked_up(
    keys: Sequence[Key],
    known: dict[Key, Vectors],
    dimension: int,
    encode: Callable[[Sequence[Key]], Iterator[Batch]] | None,
    whole: Callable[[Sequence[Key]], Vectors] | None,
) -> Vectors:
    found = np.zeros((len(keys), dimension), np.float32)
    new = [row for row, key in enumerate(keys) if key not in known]
    for row, key in enumerate(keys):
        if key in known:
            found[row] = known[key]
    if new and encode is not None:
        for places, vectors in encode([keys[row] for row in new]):
            lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
            found[[new[place] for place in places]] = vectors / np.maximum(lengths, 1e-12)
    elif new and whole is not None:
        found[new] = whole([keys[row] for row in new])
    return found


def _without_caches(encoder: One) -> One:
    """A copy whose own embedders (those that `aligned` stands on) keep nothing either."""
    bare = copy.copy(encoder)
    for name, part in vars(bare).items():
        if isinstance(part, Cached):
            setattr(bare, name, UncachedEmbedder(part))
    return bare
