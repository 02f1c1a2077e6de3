"""The cache around every encoder: nothing is embedded twice."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.data import progress, sha256_of_all
from components.embedders.embedder import Batch, Encoder
from components.embedders.vector_store import KEY_BYTES, Append, VectorStore
from components.errors import DataError, HitoError
from components.storage import cache_folder, digest

NAME_LENGTH = 80
"""Number of characters of a text that an error shows."""


class Cached:
    """An embedder made of an encoder and a cache of its vectors on disk.

    The key of a photo is the hash of its bytes, that of a text the hash of its characters; file names and dates do not
    matter. Each batch is stored as soon as it is computed, so an interruption loses nothing. Of two processes with the
    same model, the second waits for the first and reads its vectors.
    """

    def __init__(self, encoder: Encoder) -> None:
        """Wrap `encoder`."""
        self.encoder = encoder

    @property
    def dimension(self) -> int:
        """Dimension of the vectors."""
        return self.encoder.dimension

    def fingerprint(self) -> str:
        """Return 64 hex digits that identify the embedding space."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        return self.encoder.fingerprint()

    def embed_images(self, paths: Sequence[Path]) -> NDArray[np.float32]:
        """Return (n, d) unit vectors of n photos.

        Raises:
            DataError: A photo cannot be read; the message names it.
            HitoError: The model returned no valid vector for a photo; the message names it.
        """
        return self._embed(
            _keys_of_images(paths),
            lambda rows: self.encoder.encode_images([paths[row] for row in rows]),
            lambda row: str(paths[row]),
            "Embedding photos",
        )

    def keep_images(self, paths: Sequence[Path], vectors: NDArray[np.float32]) -> None:
        """Store (n, d) vectors of n photos that were computed by the same model elsewhere."""
        unit = self._unit(np.arange(len(paths)), vectors, lambda row: str(paths[row]))
        keys, store = _keys_of_images(paths), VectorStore(self._folder(), self.dimension)
        with store.writing() as append:
            _, found = store.get(keys)
            append([key for key, stored in zip(keys, found, strict=True) if not stored], unit[~found])

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (m, d) unit vectors of m texts.

        Raises:
            DataError: A text is empty.
            HitoError: The model returned no valid vector for a text.
            ConfigError: The embedder does not support texts.
        """
        for row, text in enumerate(texts):
            if not text.strip():
                raise DataError(f"Text {row} of {len(texts)} (counted from 0) is empty: remove it")
        keys = [bytes.fromhex(digest("text", text))[:KEY_BYTES] for text in texts]
        return self._embed(
            keys,
            lambda rows: self.encoder.encode_texts([texts[row] for row in rows]),
            lambda row: f"the text {texts[row][:NAME_LENGTH]!r}",
            "Embedding texts",
        )

    def texts_without_known_words(self, texts: Sequence[str]) -> list[str]:
        """Return the texts of which the text encoder knows no word; [] if the encoder cannot tell."""
        found: list[str] = getattr(self.encoder, "texts_without_known_words", lambda _: [])(texts)
        return found

    def _embed(
        self,
        keys: Sequence[bytes],
        encode: Callable[[Sequence[int]], Iterator[Batch]],
        name: Callable[[int], str],
        description: str,
    ) -> NDArray[np.float32]:
        """Return the vectors of `keys`, from the cache or computed and stored.

        Args:
            keys: n keys.
            encode: Computes the vectors of some rows of the input.
            name: Names a row in errors.
            description: Label of the progress bar.
        """
        first: dict[bytes, int] = {}
        for row, key in enumerate(keys):
            first.setdefault(key, row)
        unique = list(first)
        store = VectorStore(self._folder(), self.dimension)
        vectors, found = store.get(unique)
        if not found.all():
            with store.writing() as append:
                missing = [key for key, stored in zip(unique, found, strict=True) if not stored]
                vectors[~found], meanwhile = store.get(missing)  # another process may have stored them
                missing = [key for key, stored in zip(missing, meanwhile, strict=True) if not stored]
                found[~found] = meanwhile
                rows = [first[key] for key in missing]
                computed = np.zeros((len(missing), self.dimension), np.float32)
                steps = self._compute(encode(rows), missing, computed, append, lambda index: name(rows[index]))
                for _ in progress(steps, description, len(missing)):
                    pass
                vectors[~found] = computed
        index_of = {key: index for index, key in enumerate(unique)}
        return vectors[[index_of[key] for key in keys]]

    def _compute(
        self,
        batches: Iterator[Batch],
        keys: Sequence[bytes],
        into: NDArray[np.float32],
        append: Append,
        name: Callable[[int], str],
    ) -> Iterator[int]:
        """Store each batch and copy it to its rows of `into`; yield every row once its vector is stored."""
        missing = set(range(len(keys)))
        for rows, vectors in batches:
            unit = self._unit(rows, vectors, name)
            append([keys[row] for row in rows], unit)
            into[rows] = unit
            missing -= set(rows.tolist())
            yield from rows.tolist()
        if missing:
            raise HitoError(
                f"The model returned no vector for {len(missing)} of {len(keys)} inputs, the first of which is "
                f"{name(min(missing))}. The others are stored; the same command computes only the missing ones"
            )

    def _unit(
        self, rows: NDArray[np.int64], vectors: NDArray[np.float32], name: Callable[[int], str]
    ) -> NDArray[np.float32]:
        """Normalise the vectors to unit length."""
        if vectors.shape != (len(rows), self.dimension):
            raise HitoError(
                f"{name(int(rows[0]))}: the model returned vectors of shape {vectors.shape}, expected "
                f"({len(rows)}, {self.dimension})"
            )
        lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
        bad = np.flatnonzero(~(np.isfinite(lengths[:, 0]) & (lengths[:, 0] > 0)))
        if bad.size:
            raise HitoError(f"{name(int(rows[bad[0]]))}: the model returned a vector of length {lengths[bad[0], 0]}")
        unit: NDArray[np.float32] = (vectors / lengths).astype(np.float32)
        return unit

    def _folder(self) -> Path:
        folder = cache_folder("embeddings") / self.fingerprint()[:32]
        folder.mkdir(exist_ok=True)
        return folder


def _keys_of_images(paths: Sequence[Path]) -> list[bytes]:
    return [bytes.fromhex(digest("image", content))[:KEY_BYTES] for content in sha256_of_all(paths)]
