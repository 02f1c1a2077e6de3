"""Local features of two photos and the geometry that holds them together.

Key points (SIFT: Lowe 2004, its descriptors as square roots: Arandjelović & Zisserman 2012; or ORB: Rublee et al. 2011)
are paired where each is the other's nearest and clearly nearer than the second (Lowe's ratio test). Chance pairs agree
on no camera; RANSAC counts those that agree on one fundamental matrix (two views of a solid thing) or on one homography
(two views of something flat).
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from components.data import decode, progress, sha256_of_all
from components.errors import ConfigError
from components.matching.geometry import Floats, Model, agreeing, check_geometry
from components.matching.pairs import Pairs
from components.storage import atomic_path, cache_folder, digest

VERSION = 1
"""Goes up whenever the same photo would get other key points."""

IN_MEMORY = 4096
"""Photos whose key points are held, 70 KB each of SIFT."""


@dataclass(frozen=True)
class KeyPoints:
    """Of one photo.

    Attributes:
        at: (k, 2) float32 pixels, x and y.
        descriptors: (k, d) uint8: SIFT's numbers, or ORB's bytes of bits.
    """

    at: Floats
    descriptors: NDArray[np.uint8]


@dataclass(frozen=True)
class LocalFeatures:
    """How key points are found and verified.

    Attributes:
        detector: sift or orb.
        points: Of a photo, the strongest.
        side: Pixels of a photo's longer side, to which larger ones are made smaller.
        ratio: A point's nearest must be nearer than this share of the second nearest.
        model: fundamental or homography.
        pixels: How far a point may lie from where the model puts it.
    """

    detector: Literal["sift", "orb"] = "sift"
    points: int = 500
    side: int = 640
    ratio: float = 0.8
    model: Model = "fundamental"
    pixels: float = 3.0

    def __post_init__(self) -> None:
        if self.detector not in ("sift", "orb"):
            raise ConfigError(f"matching.local.detector={self.detector}: expected sift or orb")
        check_geometry(self.model, self.pixels)
        for name in ("points", "side"):
            if not getattr(self, name) > 0:
                raise ConfigError(f"matching.local.{name}={getattr(self, name)}: expected a number above 0")
        if not 0 < self.ratio <= 1:
            raise ConfigError(f"matching.local.ratio={self.ratio}: expected above 0 and at most 1")

    def verify(self, left: Sequence[Path], right: Sequence[Path], pairs: Pairs) -> tuple[Floats, Floats]:
        """Hold the photos of m pairs against each other; arguments and answer as in `Verifier`.

        Key points are computed once a photo and kept in the cache.

        Raises:
            UnreadableError: A file gives no photo; it is named.
        """
        files = sorted({left[row] for row in pairs.left} | {right[row] for row in pairs.right})
        hashes = dict(zip(files, sha256_of_all(files), strict=True))
        folder = cache_folder("key_points") / digest(f"{VERSION} {cv2.__version__}", repr(self._of_a_photo))[:32]
        load = lru_cache(maxsize=IN_MEMORY)(lambda file: self._key_points(file, folder / f"{hashes[file]}.npz"))

        def one(number: int) -> tuple[int, int]:
            return self.held(load(left[pairs.left[number]]), load(right[pairs.right[number]]))

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for _ in progress(pool.map(lambda file: load(file) and None, files), "Key points", len(files)):
                pass
            counted = list(progress(pool.map(one, range(len(pairs))), "Local features", len(pairs)))
        inliers, matched = np.array(counted, dtype=np.float32).reshape(-1, 2).T
        share = (inliers / np.maximum(matched, 1)).astype(np.float32)
        return inliers, share

    def held(self, one: KeyPoints, other: KeyPoints) -> tuple[int, int]:
        """Pairs of key points that agree on one geometry, and all pairs of key points, of two photos."""
        a, b = self._paired(one, other)
        return agreeing(a, b, self.model, self.pixels), len(a)

    def key_points(self, photo: Image.Image) -> KeyPoints:
        """The key points of an RGB photo."""
        grey = photo.convert("L")
        grey.thumbnail((self.side, self.side))
        if self.detector == "sift":
            found, descriptors = cv2.SIFT_create(self.points).detectAndCompute(np.asarray(grey), None)  # type: ignore[attr-defined]
        else:
            found, descriptors = cv2.ORB_create(self.points).detectAndCompute(np.asarray(grey), None)  # type: ignore[attr-defined]
        at = np.array([one.pt for one in found], dtype=np.float32).reshape(-1, 2)
        width = 128 if self.detector == "sift" else 32
        raw = np.empty((0, width), np.uint8) if descriptors is None else np.asarray(descriptors).astype(np.uint8)
        return KeyPoints(at, raw)

    def _paired(self, one: KeyPoints, other: KeyPoints) -> tuple[Floats, Floats]:
        """(p, 2) places in both photos of the p key points that are each other's nearest and clearly so."""
        if min(len(one.at), len(other.at)) < 2:
            return np.empty((0, 2), np.float32), np.empty((0, 2), np.float32)
        likeness = self._unit(one.descriptors) @ self._unit(other.descriptors).T
        nearest = likeness.argmax(axis=1)
        rows = np.arange(len(likeness))
        mutual = likeness.argmax(axis=0)[nearest] == rows
        rows, nearest = rows[mutual], nearest[mutual]
        ordered = np.partition(likeness[rows], len(other.at) - 2, axis=1)[:, -2:]
        first, second = 1 - ordered.max(axis=1), 1 - ordered.min(axis=1)
        # 1 - cosine is half the squared distance of SIFT's unit vectors, and the share of ORB's bits that differ.
        limit = self.ratio**2 if self.detector == "sift" else self.ratio
        clear = first < limit * second
        return one.at[rows[clear]], other.at[nearest[clear]]

    def _unit(self, descriptors: NDArray[np.uint8]) -> Floats:
        """(k, d) unit rows."""
        if self.detector == "orb":
            bits = np.unpackbits(descriptors, axis=1).astype(np.float32)
            unit: Floats = (2 * bits - 1) / np.float32(np.sqrt(bits.shape[1]))
            return unit
        numbers = descriptors.astype(np.float32)
        root: Floats = np.sqrt(numbers / np.maximum(numbers.sum(axis=1, keepdims=True), 1))
        return root

    @property
    def _of_a_photo(self) -> tuple[str, int, int]:
        return self.detector, self.points, self.side

    def _key_points(self, file: Path, kept: Path) -> KeyPoints:
        if kept.is_file():
            with np.load(kept) as stored:
                return KeyPoints(stored["at"], stored["descriptors"])
        found = self.key_points(decode(file, at_least=self.side))
        with atomic_path(kept) as path:
            np.savez(path, at=found.at, descriptors=found.descriptors)
        return found
