"""Perceptual hashes and thumbnails, from which photos are recognised after resizing, re-saving or a filter.

A 64-bit DCT hash (pHash: Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010) finds
candidates: it keeps the signs of the lowest frequencies, which resizing, JPEG and changes of brightness leave alone,
while the simpler difference hash depends on single pixels. A hash alone gives false matches among millions of pairs,
so a colour thumbnail confirms each candidate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from components.data.decoding import decode_all
from components.data.reading import UnreadableError

IMAGE_HASHES_VERSION = 2
"""Part of cache keys; increase it when the same photo would get another hash or thumbnail."""

HASH_SIDE, LOW_FREQUENCIES = 32, 8
THUMBNAIL_SIDE = 16
POSITIONS, FREQUENCIES = np.arange(HASH_SIDE), np.arange(LOW_FREQUENCIES)
COSINES = np.cos(np.pi * FREQUENCIES[:, None] * (2 * POSITIONS[None, :] + 1) / (2 * HASH_SIDE))


@dataclass(frozen=True)
class ImageHashes:
    """Hashes, thumbnails and sizes of n photos, in the order of their manifest.

    Attributes:
        phash: (n,) uint64, 64-bit DCT hash.
        mirrored_phash: (n,) uint64, hash of the photo mirrored left to right.
        thumbnail: (n, 16, 16, 3) uint8, RGB.
        size: (n, 2) int32, width and height in pixels of the upright photo in its file.
    """

    phash: NDArray[np.uint64]
    mirrored_phash: NDArray[np.uint64]
    thumbnail: NDArray[np.uint8]
    size: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.phash)

    def take(self, rows: NDArray[np.integer[Any]] | NDArray[np.bool_]) -> "ImageHashes":
        """Return the hashes of the given rows: indices, in their order, or a boolean mask."""
        return ImageHashes(self.phash[rows], self.mirrored_phash[rows], self.thumbnail[rows], self.size[rows])


def empty_hashes(n: int) -> ImageHashes:
    """Allocate the hashes of n photos, filled with zeros, to be set by `write_hashes`."""
    return ImageHashes(
        np.zeros(n, np.uint64),
        np.zeros(n, np.uint64),
        np.zeros((n, THUMBNAIL_SIDE, THUMBNAIL_SIDE, 3), np.uint8),
        np.zeros((n, 2), np.int32),
    )


def phash(photo: Image.Image) -> np.uint64:
    """Compute the 64-bit DCT hash: which of the 8 x 8 lowest coefficients of the grey photo exceed their median."""
    grey = np.asarray(photo.convert("L").resize((HASH_SIDE, HASH_SIDE), Image.Resampling.BOX), dtype=np.float64)
    low = (COSINES @ grey @ COSINES.T).ravel()
    ordered = np.sort(low)
    median = (ordered[31] + ordered[32]) / 2
    bits: NDArray[np.uint64] = np.packbits(low > median).view(">u8").astype(np.uint64)
    return np.uint64(bits[0])


def image_hashes(files: Sequence[Path]) -> ImageHashes:
    """Compute the hashes of n photo files, in their order.

    Raises:
        UnreadableError: A file cannot be decoded; the first one is named.
    """
    hashes = empty_hashes(len(files))
    failed = decode_all(files, lambda row, photo: write_hashes(photo, hashes, row), at_least=8 * HASH_SIDE)
    for row, reason in failed.items():
        raise UnreadableError(files[row], reason)
    return hashes


def write_hashes(photo: Image.Image, hashes: ImageHashes, row: int) -> None:
    """Compute the hashes of an RGB photo from `decode` and store them in one row of `hashes`."""
    small = photo.resize((4 * HASH_SIDE, 4 * HASH_SIDE), Image.Resampling.BOX) if min(photo.size) > 256 else photo
    hashes.phash[row] = phash(small)
    hashes.mirrored_phash[row] = phash(small.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    hashes.thumbnail[row] = np.asarray(small.resize((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BOX))
    hashes.size[row] = photo.info["original_size"]
