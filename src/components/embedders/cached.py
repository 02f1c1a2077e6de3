"""The cache around every model: what was embedded once is not embedded again."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.data import progress, sha256_of_all
from components.embedders.embedder import Batch, Encoder
from components.embedders.vector_store import KEY_BYTES, Put, VectorStore
from components.errors import DataError, HitoError
from components.storage import cache_folder, digest

NAME_LENGTH = 80
"""Characters of a text that an error shows."""


class Cached:
    """An embedder: a model, and its vectors kept by content.

    The key of a photo is the hash of its bytes, that of a text its own; neither names nor dates count. The same photo
    twice is embedded once. What a batch brings is kept at once, so that stopping loses nothing. Two processes with the
    same model do not embed the same thing at the same time: the second waits and reads.
    """

    def __init__(self, encoder: Encoder) -> None:
        """Put the cache around `encoder`."""
        self.encoder = encoder

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self.encoder.dimension

    def fingerprint(self) -> str:
        """64 hex digits naming the space."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        return self.encoder.fingerprint()

    def embed_images(self, paths: Sequence[Path]) -> NDArray[np.float32]:
        """(n, d) unit rows of n photos, in their order.

        Raises:
            DataError: A photo cannot be read, or the model gave no vector for it; it is named.
        """
        return self._embed(
            _keys_of_images(paths),
            lambda rows: self.encoder.encode_images([paths[row] for row in rows]),
            lambda row: str(paths[row]),
            "Embedding photos",
        )

    def keep_images(self, paths: Sequence[Path], vectors: NDArray[np.float32]) -> None:
        """Keep (n, d) vectors of photos that this very model gave elsewhere, in a pass that served others too."""
        unit = self._unit(np.arange(len(paths)), vectors, lambda row: str(paths[row]))
        keys, store = _keys_of_images(paths), VectorStore(self._folder(), self.dimension)
        with store.writing() as put:
            _, found = store.get(keys)
            put([key for key, there in zip(keys, found, strict=True) if not there], unit[~found])

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(m, d) unit rows of m texts, in their order.

        Raises:
            DataError: A text is empty, or the model gave no vector for it.
            ConfigError: The embedder knows photos only.
        """
        for row, text in enumerate(texts):
            if not text.strip():
                raise DataError(f"Text {row} of {len(texts)} is empty: there is nothing to embed; leave it out")
        keys = [bytes.fromhex(digest("text", text))[:KEY_BYTES] for text in texts]
        return self._embed(
            keys,
            lambda rows: self.encoder.encode_texts([texts[row] for row in rows]),
            lambda row: f"the text {texts[row][:NAME_LENGTH]!r}",
            "Embedding texts",
        )

    def _embed(
        self,
        keys: Sequence[bytes],
        encode: Callable[[Sequence[int]], Iterator[Batch]],
        name: Callable[[int], str],
        doing: str,
    ) -> NDArray[np.float32]:
        first: dict[bytes, int] = {}
        for row, key in enumerate(keys):
            first.setdefault(key, row)
        unique = list(first)
        store = VectorStore(self._folder(), self.dimension)
        vectors, found = store.get(unique)
        if not found.all():
            with store.writing() as put:
                missing = [key for key, there in zip(unique, found, strict=True) if not there]
                vectors[~found], meanwhile = store.get(missing)
                missing = [key for key, there in zip(missing, meanwhile, strict=True) if not there]
                found[~found] = meanwhile
                rows = [first[key] for key in missing]
                computed = np.zeros((len(missing), self.dimension), np.float32)
                steps = self._compute(encode(rows), missing, computed, put, lambda place: name(rows[place]))
                for _ in progress(steps, doing, len(missing)):
                    pass
                vectors[~found] = computed
        place = {key: index for index, key in enumerate(unique)}
        return vectors[[place[key] for key in keys]]

    def _compute(
        self,
        batches: Iterator[Batch],
        keys: Sequence[bytes],
        into: NDArray[np.float32],
        put: Put,
        name: Callable[[int], str],
    ) -> Iterator[int]:
        """Keep each batch and write it `into` its rows; yields every row once its vector is kept."""
        waiting = set(range(len(keys)))
        for places, vectors in batches:
            unit = self._unit(places, vectors, name)
            put([keys[place] for place in places], unit)
            into[places] = unit
            waiting -= set(places.tolist())
            yield from places.tolist()
        if waiting:
            first = name(min(waiting))
            raise HitoError(
                f"{len(waiting)} of {len(keys)} vectors did not come, the first of them that of {first}. "
                "What came is kept; the same command asks for the rest"
            )

    def _unit(
        self, places: NDArray[np.int64], vectors: NDArray[np.float32], name: Callable[[int], str]
    ) -> NDArray[np.float32]:
        """The vectors with length one."""
        if vectors.shape != (len(places), self.dimension):
            raise HitoError(
                f"{name(int(places[0]))}: the model gave vectors of shape {vectors.shape}, expected "
                f"({len(places)}, {self.dimension})"
            )
        lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
        bad = np.flatnonzero(~(np.isfinite(lengths[:, 0]) & (lengths[:, 0] > 0)))
        if bad.size:
            raise HitoError(f"{name(int(places[bad[0]]))}: the model gave a vector of length {lengths[bad[0], 0]}")
        unit: NDArray[np.float32] = (vectors / lengths).astype(np.float32)
        return unit

    def _folder(self) -> Path:
        folder = cache_folder("embeddings") / self.fingerprint()[:32]
        folder.mkdir(exist_ok=True)
        return folder


def _keys_of_images(paths: Sequence[Path]) -> list[bytes]:
    return [bytes.fromhex(digest("image", one))[:KEY_BYTES] for one in sha256_of_all(paths)]
