"""Local features (SIFT, ORB) of two photos and their geometric verification.

Key points (SIFT: Lowe 2004, with RootSIFT descriptors: Arandjelović & Zisserman 2012; or ORB: Rublee et al. 2011) are
matched if they are mutual nearest neighbours and pass Lowe's ratio test. RANSAC then counts the matches that agree with
one fundamental matrix (two views of a three-dimensional object) or one homography (two views of a plane); random
matches do not agree with either.
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
from components.matching.geometry import Floats, Model, check_geometry, count_inliers
from components.matching.pairs import Pairs
from components.storage import atomic_path, cache_folder, digest

VERSION = 1
"""Increased whenever a change of the code changes the key points of a photo."""

MAX_IN_MEMORY = 4096
"""Number of photos whose key points are kept in memory, 70 KB each for SIFT."""


@dataclass(frozen=True)
class KeyPoints:
    """Key points of a photo.

    Attributes:
        positions: (k, 2) float32, x and y in pixels.
        descriptors: (k, d) uint8: the values of SIFT, or the packed bits of ORB.
    """

    positions: Floats
    descriptors: NDArray[np.uint8]


@dataclass(frozen=True)
class LocalFeatures:
    """SIFT or ORB features with geometric verification; implements `components.matching.Verifier`.

    Attributes:
        detector: sift or orb.
        points: Largest number of key points per photo; the strongest are kept.
        side: Length in pixels to which the longer side of larger photos is reduced.
        ratio: Largest ratio of the distances to the nearest and to the second nearest key point (Lowe's ratio test).
        model: fundamental or homography.
        pixels: Largest distance of an inlier from the position predicted by the model.
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
            raise ConfigError(f"matching.local.ratio={self.ratio}: expected a number above 0 and at most 1")

    def verify(self, left: Sequence[Path], right: Sequence[Path], pairs: Pairs) -> tuple[Floats, Floats]:
        """Match and verify the key points of m pairs of photos; see `Verifier.verify`.

        The key points of each photo are computed once and stored in the cache.

        Raises:
            UnreadableError: A file is not a readable photo.
        """
        files = sorted({left[row] for row in pairs.left} | {right[row] for row in pairs.right})
        hashes = dict(zip(files, sha256_of_all(files), strict=True))
        folder = (
            cache_folder("key_points") / digest(f"{VERSION} {cv2.__version__}", repr(self._key_point_settings))[:32]
        )
        load = lru_cache(maxsize=MAX_IN_MEMORY)(
            lambda file: self._cached_key_points(file, folder / f"{hashes[file]}.npz")
        )

        def verify_pair(index: int) -> tuple[int, int]:
            return self.count_matches(load(left[pairs.left[index]]), load(right[pairs.right[index]]))

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for _ in progress(pool.map(lambda file: load(file) and None, files), "Key points", len(files)):
                pass
            counts = list(progress(pool.map(verify_pair, range(len(pairs))), "Local features", len(pairs)))
        inliers, matched = np.array(counts, dtype=np.float32).reshape(-1, 2).T
        share = (inliers / np.maximum(matched, 1)).astype(np.float32)
        return inliers, share

    def count_matches(self, left: KeyPoints, right: KeyPoints) -> tuple[int, int]:
        """Return the number of inliers and the number of all matched key points of two photos."""
        left_positions, right_positions = self._matches(left, right)
        inliers = count_inliers(left_positions, right_positions, self.model, self.pixels)
        return inliers, len(left_positions)

    def key_points(self, photo: Image.Image) -> KeyPoints:
        """Compute the key points of an RGB photo."""
        grey = photo.convert("L")
        grey.thumbnail((self.side, self.side))
        if self.detector == "sift":
            found, descriptors = cv2.SIFT_create(self.points).detectAndCompute(np.asarray(grey), None)  # type: ignore[attr-defined]
        else:
            found, descriptors = cv2.ORB_create(self.points).detectAndCompute(np.asarray(grey), None)  # type: ignore[attr-defined]
        positions = np.array([key_point.pt for key_point in found], dtype=np.float32).reshape(-1, 2)
        width = 128 if self.detector == "sift" else 32
        raw = np.empty((0, width), np.uint8) if descriptors is None else np.asarray(descriptors).astype(np.uint8)
        return KeyPoints(positions, raw)

    def _matches(self, left: KeyPoints, right: KeyPoints) -> tuple[Floats, Floats]:
        """Return the (p, 2) positions, in both photos, of mutual nearest neighbours that pass the ratio test."""
        if min(len(left.positions), len(right.positions)) < 2:
            return np.empty((0, 2), np.float32), np.empty((0, 2), np.float32)
        cosines = self._unit(left.descriptors) @ self._unit(right.descriptors).T
        nearest = cosines.argmax(axis=1)
        rows = np.arange(len(cosines))
        mutual = cosines.argmax(axis=0)[nearest] == rows
        rows, nearest = rows[mutual], nearest[mutual]
        ordered = np.partition(cosines[rows], len(right.positions) - 2, axis=1)[:, -2:]
        first, second = 1 - ordered.max(axis=1), 1 - ordered.min(axis=1)
        # 1 - cosine: half the squared distance of SIFT vectors; proportional to the Hamming distance of ORB bits.
        limit = self.ratio**2 if self.detector == "sift" else self.ratio
        passed = first < limit * second
        return left.positions[rows[passed]], right.positions[nearest[passed]]

    def _unit(self, descriptors: NDArray[np.uint8]) -> Floats:
        """Return the descriptors as (k, d) vectors of unit length."""
        if self.detector == "orb":
            bits = np.unpackbits(descriptors, axis=1).astype(np.float32)
            unit: Floats = (2 * bits - 1) / np.float32(np.sqrt(bits.shape[1]))
            return unit
        values = descriptors.astype(np.float32)
        root: Floats = np.sqrt(values / np.maximum(values.sum(axis=1, keepdims=True), 1))
        return root

    @property
    def _key_point_settings(self) -> tuple[str, int, int]:
        return self.detector, self.points, self.side

    def _cached_key_points(self, file: Path, cached: Path) -> KeyPoints:
        if cached.is_file():
            with np.load(cached) as stored:
                return KeyPoints(stored["at"], stored["descriptors"])
        found = self.key_points(decode(file, at_least=self.side))
        with atomic_path(cached) as path:
            np.savez(path, at=found.positions, descriptors=found.descriptors)
        return found
