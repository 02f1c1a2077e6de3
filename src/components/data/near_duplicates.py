"""Near duplicates: photos that differ in their bytes and show the same picture."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.data.image_hashes import ImageHashes
from components.data.progress import progress

MAX_DISTANCE = 8
"""Of 64 bits, in which two hashes may differ."""
MIN_CORRELATION = 0.9
"""Of the two colour thumbnails.

Set by looking at the pairs between the 50,000 and the 10,000 photos of CIFAR-10, and at 555 clip-art pictures: below
these bounds planes in the sky and horses in profile come in that are not the same picture. Of rendered photos, half
the size, JPEG quality 30, 30 % more light, blur or a turn by one degree are all found; with 2 % cut off at each edge
97 of 100, with 4 % 56.
"""
NEAR_DUPLICATES_VERSION = 1
FLAT = 2.0
"""Standard deviation, in levels of 0 .. 255, below which a photo is one colour and resembles nothing."""

ROWS, COLUMNS, PAIRS = 128, 4096, 8192


@dataclass(frozen=True)
class NearDuplicates:
    """m pairs of near duplicates; of photos with the same bytes only the first is in a pair.

    Attributes:
        left: (m,) int64, row of one photo.
        right: (m,) int64, row of the other, always larger.
        distance: (m,) uint8, bits in which the two hashes differ.
        correlation: (m,) float32, of the two colour thumbnails.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    distance: NDArray[np.uint8]
    correlation: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.left)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """The rows of each pair."""
        yield from zip(self.left.tolist(), self.right.tolist(), strict=True)


def find_near_duplicates(looks: ImageHashes, sha256: NDArray[np.object_]) -> NearDuplicates:
    """All pairs of near duplicates among n photos.

    Every hash is compared with every other (some seconds for 60,000 photos); the thumbnails of the pairs that are
    close enough decide. Photos of one colour throughout are twins of nothing.

    Args:
        looks: Of the n photos.
        sha256: (n,) digests; photos with the same bytes are no near duplicates but exact ones.
    """
    _, firsts = np.unique(sha256.astype(str), return_index=True)
    textured = looks.thumbnail.std(axis=(1, 2, 3), dtype=np.float32) >= FLAT
    rows = np.sort(firsts[textured[firsts]])
    hashes = looks.phash[rows]

    def close(start: int) -> NDArray[np.int64]:
        found = []
        for column in range(start, len(rows), COLUMNS):
            bits = np.bitwise_count(hashes[start : start + ROWS, None] ^ hashes[None, column : column + COLUMNS])
            i, j = np.nonzero(bits <= MAX_DISTANCE)
            i, j = i + start, j + column
            found.append(np.stack([i, j], axis=1)[i < j])
        return np.concatenate(found)

    starts = range(0, len(rows), ROWS)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        candidates = [np.empty((0, 2), np.int64), *progress(pool.map(close, starts), "Comparing photos", len(starts))]
    left, right = rows[np.concatenate(candidates)].T
    correlation = _correlation(looks.thumbnail, left, right)
    same = correlation >= MIN_CORRELATION
    left, right = left[same], right[same]
    return NearDuplicates(left, right, np.bitwise_count(looks.phash[left] ^ looks.phash[right]), correlation[same])


def _correlation(
    thumbnails: NDArray[np.uint8], left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.float32]:
    found = np.empty(len(left), np.float32)
    for start in range(0, len(left), PAIRS):
        block = slice(start, start + PAIRS)
        found[block] = np.sum(_standard(thumbnails[left[block]]) * _standard(thumbnails[right[block]]), axis=1)
    return found


def _standard(thumbnails: NDArray[np.uint8]) -> NDArray[np.float32]:
    flat = thumbnails.reshape(len(thumbnails), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    return flat
