"""Near duplicates: photos with different bytes that show the same picture."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.data.aligned_copies import AlignedPairs
from components.data.image_hashes import ImageHashes
from components.data.progress import progress
from components.wording import counted

MAX_DISTANCE = 8
"""Largest Hamming distance of two hashes, in bits of 64."""
MIN_CORRELATION = 0.9
"""Smallest correlation of two colour thumbnails.

Both thresholds were chosen by inspecting the pairs between the 50,000 and the 10,000 photos of CIFAR-10, and 555
clip-art pictures: with looser thresholds, different planes in the sky and different horses in profile match. Of
rendered photos, all copies at half the size, JPEG quality 30, 30 % more light, with blur or rotated by one degree are
found, and so are mirrored copies; of copies with 2 % cropped at each edge 97 of 100, with 4 % 56.
"""
NEAR_DUPLICATES_VERSION = 3
"""Part of cache keys; increase it when the same photos would give other pairs."""
WHOLE = 0.97
"""A copy that shows a smaller proportion of the other is called cropped."""
FLAT = 2.0
"""Standard deviation, in levels of 0 .. 255, below which a photo is a single colour and matches nothing."""

ROWS, COLUMNS, PAIRS = 128, 4096, 8192


@dataclass(frozen=True)
class NearDuplicatePairs:
    """m pairs of near duplicates among the rows of a manifest; of photos with the same bytes only the first is paired.

    Attributes:
        left: (m,) int64, row of the first photo.
        right: (m,) int64, row of the second photo, always larger.
        distance: (m,) uint8, Hamming distance of the two hashes, in bits of 64.
        correlation: (m,) float32, correlation of the two colour thumbnails, of crops where they overlap.
        mirrored: (m,) bool, whether the second photo matches when it is mirrored left to right.
        area: (m,) float32, what the smaller shows relative to the larger, 1 if both show the same.
        turn: (m,) float32, by how many degrees one is turned.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    distance: NDArray[np.uint8]
    correlation: NDArray[np.float32]
    mirrored: NDArray[np.bool_]
    area: NDArray[np.float32]
    turn: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.left)

    def details(self) -> Iterator[str]:
        """Yield a description of each match."""
        columns = self.distance, self.correlation, self.mirrored, self.area, self.turn
        for distance, correlation, mirrored, area, turn in zip(*(column.tolist() for column in columns), strict=True):
            yield match_text(distance, correlation, mirrored=mirrored, area=area, turn=turn)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Yield the two rows of each pair."""
        yield from zip(self.left.tolist(), self.right.tolist(), strict=True)


def match_text(distance: int, correlation: float, *, mirrored: bool, area: float = 1, turn: float = 0) -> str:
    """Return a match in words: "3 of 64 bits differ, correlation 0.98", after "mirrored, cropped to 81 %: "."""
    changes = [
        "mirrored" if mirrored else "",
        f"cropped to {100 * area:.0f} %" if area < WHOLE else "",
        f"turned by {counted(round(turn), 'degree')}" if round(turn) else "",
    ]
    change = ", ".join(filter(None, changes))
    return f"{change}{': ' if change else ''}{distance} of 64 bits differ, correlation {correlation:.2f}"


def find_near_duplicates(hashes: ImageHashes, sha256: NDArray[np.object_]) -> NearDuplicatePairs:
    """Find all pairs of near duplicates among n photos.

    Every hash is compared with every other and with its mirror image (some seconds for 60,000 photos); then the
    correlation of the thumbnails confirms the pairs within `MAX_DISTANCE`. Photos of a single colour match nothing.

    Args:
        hashes: Hashes and thumbnails of the n photos.
        sha256: (n,) hex digits; photos with the same bytes are exact duplicates and are not paired with each other.
    """
    rows = comparable_rows(hashes, sha256)
    found = [_matches(hashes, rows, mirrored=mirrored) for mirrored in (False, True)]
    left, right, distance, correlation = (np.concatenate(parts) for parts in zip(*found, strict=True))
    mirrored = np.repeat([False, True], [len(part[0]) for part in found])
    _, kept = np.unique(left * len(hashes) + right, return_index=True)  # a symmetric pair counts once, as it is
    return NearDuplicatePairs(
        left[kept],
        right[kept],
        distance[kept],
        correlation[kept],
        mirrored[kept],
        np.ones(len(kept), np.float32),
        np.zeros(len(kept), np.float32),
    )


def comparable_rows(hashes: ImageHashes, sha256: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return the sorted rows of the first of all photos with the same bytes, without those of a single colour."""
    _, firsts = np.unique(sha256.astype(str), return_index=True)
    textured = hashes.thumbnail.std(axis=(1, 2, 3), dtype=np.float32) >= FLAT
    return np.sort(firsts[textured[firsts]])


def joined(pairs: NearDuplicatePairs, copies: AlignedPairs, hashes: ImageHashes) -> NearDuplicatePairs:
    """Add the pairs of `copies` that are not among `pairs`, each with its highest correlation."""
    second = np.where(copies.mirrored, hashes.mirrored_phash[copies.right], hashes.phash[copies.right])
    added = NearDuplicatePairs(
        copies.left,
        copies.right,
        np.bitwise_count(hashes.phash[copies.left] ^ second),
        copies.correlation,
        copies.mirrored,
        copies.area,
        copies.turn,
    )
    columns = {name: np.concatenate([values, getattr(added, name)]) for name, values in vars(pairs).items()}
    late = np.arange(len(columns["left"])) >= len(pairs)
    order = np.lexsort((-columns["correlation"], late, columns["right"], columns["left"]))
    left, right = columns["left"][order], columns["right"][order]
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(left) != 0) | (np.diff(right) != 0)
    return NearDuplicatePairs(**{name: values[order[first]] for name, values in columns.items()})


def _matches(
    hashes: ImageHashes, rows: NDArray[np.int64], *, mirrored: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8], NDArray[np.float32]]:
    """Find pairs of rows whose second photo matches, as it is or mirrored: left, right, distance, correlation."""
    others = hashes.mirrored_phash if mirrored else hashes.phash
    first, second = hashes.phash[rows], others[rows]

    def close_pairs(start: int) -> NDArray[np.int64]:
        found = []
        for column in range(start, len(rows), COLUMNS):
            bits = np.bitwise_count(first[start : start + ROWS, None] ^ second[None, column : column + COLUMNS])
            i, j = np.nonzero(bits <= MAX_DISTANCE)
            i, j = i + start, j + column
            found.append(np.stack([i, j], axis=1)[i < j])
        return np.concatenate(found)

    starts = range(0, len(rows), ROWS)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        blocks = progress(pool.map(close_pairs, starts), "Comparing photos", len(starts))
        candidates = [np.empty((0, 2), np.int64), *blocks]
    left, right = rows[np.concatenate(candidates)].T
    correlation = _correlation(hashes.thumbnail, left, right, mirrored=mirrored)
    same = correlation >= MIN_CORRELATION
    left, right = left[same], right[same]
    distance = np.bitwise_count(hashes.phash[left] ^ others[right])
    return left, right, distance, correlation[same]


def _correlation(
    thumbnails: NDArray[np.uint8], left: NDArray[np.int64], right: NDArray[np.int64], *, mirrored: bool
) -> NDArray[np.float32]:
    found = np.empty(len(left), np.float32)
    for start in range(0, len(left), PAIRS):
        block = slice(start, start + PAIRS)
        second = thumbnails[right[block]][:, :, ::-1] if mirrored else thumbnails[right[block]]
        found[block] = np.sum(_standardized(thumbnails[left[block]]) * _standardized(second), axis=1)
    return found


def _standardized(thumbnails: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Flatten each thumbnail to a vector of mean 0 and norm 1."""
    flat = thumbnails.reshape(len(thumbnails), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    return flat
