"""What a photo looks like in a few bytes: enough to find it again after resizing, re-saving or a filter.

A 64-bit DCT hash (pHash: Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010) finds
candidates: it keeps the signs of the lowest frequencies, which resizing, JPEG and changes of brightness leave alone,
where the simpler difference hash follows single pixels. A hash alone takes unlike photos for alike once there are
millions of pairs, so a thumbnail in colour confirms.
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

IMAGE_HASHES_VERSION = 1
"""Goes up whenever the same photo would get another hash or thumbnail; caches are keyed by it."""

HASH_SIDE, LOW_FREQUENCIES = 32, 8
THUMBNAIL_SIDE = 16
POSITIONS, FREQUENCIES = np.arange(HASH_SIDE), np.arange(LOW_FREQUENCIES)
COSINES = np.cos(np.pi * FREQUENCIES[:, None] * (2 * POSITIONS[None, :] + 1) / (2 * HASH_SIDE))


@dataclass(frozen=True)
class ImageHashes:
    """Of n photos, in the order of their manifest.

    Attributes:
        phash: (n,) uint64, 64 bits of a DCT hash.
        thumbnail: (n, 16, 16, 3) uint8, RGB.
        size: (n, 2) int32, width and height of the upright photo in its file, in pixels.
    """

    phash: NDArray[np.uint64]
    thumbnail: NDArray[np.uint8]
    size: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.phash)

    def take(self, rows: NDArray[np.integer[Any]] | NDArray[np.bool_]) -> "ImageHashes":
        """The looks of these rows, by index or by mask, in this order."""
        return ImageHashes(self.phash[rows], self.thumbnail[rows], self.size[rows])


def empty_hashes(n: int) -> ImageHashes:
    """Room for the looks of n photos."""
    return ImageHashes(
        np.zeros(n, np.uint64),
        np.zeros((n, THUMBNAIL_SIDE, THUMBNAIL_SIDE, 3), np.uint8),
        np.zeros((n, 2), np.int32),
    )


def phash(photo: Image.Image) -> np.uint64:
    """64 bits: which of the 8 x 8 lowest DCT coefficients of the grey 32 x 32 photo lie above their median."""
    grey = np.asarray(photo.convert("L").resize((HASH_SIDE, HASH_SIDE), Image.Resampling.BOX), dtype=np.float64)
    low = (COSINES @ grey @ COSINES.T).ravel()
    ordered = np.sort(low)
    median = (ordered[31] + ordered[32]) / 2
    bits: NDArray[np.uint64] = np.packbits(low > median).view(">u8").astype(np.uint64)
    return np.uint64(bits[0])


def image_hashes(files: Sequence[Path]) -> ImageHashes:
    """The looks of n photos, in their order.

    Raises:
        UnreadableError: A file gives no photo; it is named.
    """
    looks = empty_hashes(len(files))
    failed = decode_all(files, lambda row, photo: write_hashes(photo, looks, row), at_least=8 * HASH_SIDE)
    for row, reason in failed.items():
        raise UnreadableError(files[row], reason)
    return looks


def write_hashes(photo: Image.Image, looks: ImageHashes, row: int) -> None:
    """Write what `photo` (RGB, from `decode`) looks like into this row."""
    small = photo.resize((4 * HASH_SIDE, 4 * HASH_SIDE), Image.Resampling.BOX) if min(photo.size) > 256 else photo
    looks.phash[row] = phash(small)
    looks.thumbnail[row] = np.asarray(small.resize((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BOX))
    looks.size[row] = photo.info["original_size"]
