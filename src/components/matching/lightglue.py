"""LightGlue: a network that matches the key points of two photos (Lindenberger et al. 2023).

The detector (SuperPoint: DeTone et al. 2018) is part of the model. Its key points are computed once per photo and
stored in the cache; only the matching is computed per pair. Matches are verified geometrically, as for SIFT
and ORB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from components.data import decode, progress, sha256_of_all
from components.errors import ConfigError
from components.matching.geometry import MIN_MATCHES, Floats, Model, check_geometry, count_inliers
from components.matching.lightglue_network import DetectedPoints, MatchingNetwork
from components.matching.pairs import Pairs
from components.storage import atomic_path, cache_folder, digest
from components.training import pick_device
from components.transformers_model import TransformersModel

VERSION = 1
"""Increased whenever a change of the code changes the key points that a model detects on a photo."""

OPTION = "matching/local=lightglue"
ALTERNATIVE = "matching/local=sift needs no weights"
MAX_IN_MEMORY = 512
"""Number of photos whose key points are kept in memory, 1 MB each for SuperPoint with 1,000 points."""


@dataclass(frozen=True)
class LightGlue:
    """SuperPoint features matched by LightGlue and verified geometrically; implements `components.matching.Verifier`.

    Attributes:
        weights: Name on the hub, such as "ETH-CVG/lightglue_superpoint", or a local folder written by `save_pretrained`
            with the model and the image processor.
        side: Length of the longer side of a photo to which `pixels` refers; the input size of the network is determined
            by its image processor.
        model: fundamental or homography.
        pixels: Largest distance of an inlier from the position predicted by the model.
        device: Device of the network, such as cpu or cuda; auto: a GPU if there is one.
    """

    weights: str
    side: int = 640
    model: Model = "fundamental"
    pixels: float = 3.0
    device: str = "auto"

    def __post_init__(self) -> None:
        check_geometry(self.model, self.pixels)
        if not self.side > 0:
            raise ConfigError(f"matching.local.side={self.side}: expected a number above 0")

    def verify(self, left: Sequence[Path], right: Sequence[Path], pairs: Pairs) -> tuple[Floats, Floats]:
        """Match and verify the key points of m pairs of photos; see `Verifier.verify`.

        Raises:
            WeightsError: The model is neither on this machine nor on the hub.
            UnreadableError: A file is not a readable photo.
        """
        files = sorted({left[row] for row in pairs.left} | {right[row] for row in pairs.right})
        hashes = dict(zip(files, sha256_of_all(files), strict=True))
        load = lru_cache(maxsize=MAX_IN_MEMORY)(lambda file: self._cached_points(file, f"{hashes[file]}.npz"))
        for file in progress(files, "Key points", len(files)):
            load(file)
        counts = np.zeros((len(pairs), 2), dtype=np.float32)
        order = np.lexsort((pairs.right, pairs.left))  # keeps the left photo in memory for all of its candidates
        for row in progress(order, "Matching key points", len(order)):
            left_points, right_points = self.match(load(left[pairs.left[row]]), load(right[pairs.right[row]]))
            counts[row] = count_inliers(left_points, right_points, self.model, self.pixels), len(left_points)
        return counts[:, 0], (counts[:, 0] / np.maximum(counts[:, 1], 1)).astype(np.float32)

    @torch.inference_mode()
    def detect(self, file: Path) -> DetectedPoints:
        """Detect the key points of a photo."""
        photo = decode(file, at_least=self.side)
        pixels = self._processor([[photo, photo]], return_tensors="pt")["pixel_values"]  # it accepts only pairs
        found = self._network.detector(pixels[0, :1].to(self._device))
        valid = found.mask[0].bool()
        scale = self.side / max(photo.size)
        return DetectedPoints(
            found.keypoints[0][valid].float().cpu().numpy(),
            found.descriptors[0][valid].half().cpu().numpy(),
            (photo.width * scale, photo.height * scale),
        )

    @torch.inference_mode()
    def match(self, left: DetectedPoints, right: DetectedPoints) -> tuple[Floats, Floats]:
        """Match the key points of two photos.

        Returns:
            (p, 2) positions of the p matched key points in the left photo, and (p, 2) positions in the right photo, in
            pixels; empty if a photo has too few key points.
        """
        n_left, n_right = len(left.positions), len(right.positions)
        if min(n_left, n_right) < MIN_MATCHES:
            return np.empty((0, 2), np.float32), np.empty((0, 2), np.float32)
        output = self._network(left, right)
        matches = output.matches.reshape(2, max(n_left, n_right))[0, :n_left].cpu().numpy()
        rows = np.flatnonzero((matches >= 0) & (matches < n_right))
        sizes = np.array([left.size, right.size], dtype=np.float32)
        return left.positions[rows] * sizes[0], right.positions[matches[rows]] * sizes[1]

    def _cached_points(self, file: Path, name: str) -> DetectedPoints:
        cached = self._cache / name
        if cached.is_file():
            with np.load(cached) as stored:
                return DetectedPoints(
                    stored["at"], stored["descriptors"], (float(stored["size"][0]), float(stored["size"][1]))
                )
        found = self.detect(file)
        with atomic_path(cached) as path:
            np.savez(path, at=found.positions, descriptors=found.descriptors, size=found.size)
        return found

    @cached_property
    def _cache(self) -> Path:
        settings = f"lightglue {VERSION} {self.side} {self._source.library.__version__}"
        return cache_folder("key_points") / digest(settings, *sha256_of_all(self._source.files()))[:32]

    @cached_property
    def _device(self) -> torch.device:
        return pick_device(self.device)

    @cached_property
    def _source(self) -> TransformersModel:
        return TransformersModel(self.weights, OPTION, ALTERNATIVE)

    @cached_property
    def _processor(self) -> Any:
        return self._source.load("AutoImageProcessor")

    @cached_property
    def _network(self) -> MatchingNetwork:
        found = self._source.load("LightGlueForKeypointMatching")
        size = self._processor.size
        return MatchingNetwork(found.to(self._device).eval(), (int(size["height"]), int(size["width"])), self._device)
