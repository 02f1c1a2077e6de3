"""LightGlue: key points of two photos paired by a network that looks at both (Lindenberger et al. 2023).

The detector (SuperPoint: DeTone et al. 2018) is part of the model. What it finds on a photo is kept in the cache, so
that only the pairing is done once a pair; the pairs are then held to one geometry like those of SIFT and ORB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from components.data import decode, progress, sha256_of_all
from components.errors import ConfigError
from components.matching.geometry import FEWEST, Floats, Model, agreeing, check_geometry
from components.matching.pairs import Pairs
from components.storage import atomic_path, cache_folder, digest
from components.training import pick_device
from components.transformers_model import TransformersModel

VERSION = 1
"""Goes up whenever the same photo would get other key points of the same model."""

NEEDED = "matching/local=lightglue"
INSTEAD = "matching/local=sift needs no weights"
IN_MEMORY = 512
"""Photos whose key points are held, 1 MB each of SuperPoint with 1,000 points."""


@dataclass(frozen=True)
class Detected:
    """The key points of one photo.

    Attributes:
        at: (k, 2) float32, x and y as shares of width and height.
        descriptors: (k, d) float16.
        size: (width, height) in which places are given, the longer side `LightGlue.side`.
    """

    at: Floats
    descriptors: np.ndarray[Any, np.dtype[np.float16]]
    size: tuple[float, float]


@dataclass(frozen=True)
class LightGlue:
    """How key points are found, paired and verified; obeys `components.matching.Verifier`.

    Attributes:
        weights: Name on the hub ("ETH-CVG/lightglue_superpoint"), fetched once, or a local folder of `save_pretrained`
            with model and image processor.
        side: Pixels of a photo's longer side in which `pixels` are meant; what the network sees is for its processor to
            say.
        model: fundamental or homography.
        pixels: How far a point may lie from where the model puts it.
        device: Of the network.
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
        """Hold the photos of m pairs against each other; arguments and answer as in `Verifier`.

        Raises:
            WeightsError: The model is neither here nor to be had from the hub.
            UnreadableError: A file gives no photo; it is named.
        """
        files = sorted({left[row] for row in pairs.left} | {right[row] for row in pairs.right})
        hashes = dict(zip(files, sha256_of_all(files), strict=True))
        load = lru_cache(maxsize=IN_MEMORY)(lambda file: self._kept(file, f"{hashes[file]}.npz"))
        for file in progress(files, "Key points", len(files)):
            load(file)
        counted = np.zeros((len(pairs), 2), dtype=np.float32)
        order = np.lexsort((pairs.right, pairs.left))  # the photo that asks is at hand for all of its candidates
        for row in progress(order, "Pairing key points", len(order)):
            one, other = self.paired(load(left[pairs.left[row]]), load(right[pairs.right[row]]))
            counted[row] = agreeing(one, other, self.model, self.pixels), len(one)
        return counted[:, 0], (counted[:, 0] / np.maximum(counted[:, 1], 1)).astype(np.float32)

    @torch.inference_mode()
    def detected(self, file: Path) -> Detected:
        """The key points of a photo."""
        photo = decode(file, at_least=self.side)
        prepared = self._processor([[photo, photo]], return_tensors="pt")["pixel_values"][0, :1]  # it takes pairs only
        found = self._network.detector(prepared.to(self._device))
        there = found.mask[0].bool()
        scale = self.side / max(photo.size)
        return Detected(
            found.keypoints[0][there].float().cpu().numpy(),
            found.descriptors[0][there].half().cpu().numpy(),
            (photo.width * scale, photo.height * scale),
        )

    @torch.inference_mode()
    def paired(self, one: Detected, other: Detected) -> tuple[Floats, Floats]:
        """(p, 2) pixels each: the places, in both photos, of the p key points that the network pairs."""
        none = np.empty((0, 2), np.float32)
        if min(len(one.at), len(other.at)) < FEWEST:
            return none, none
        found = self._network(one, other)
        count = max(len(one.at), len(other.at))
        matches = found.matches.reshape(2, count)[0, : len(one.at)].cpu().numpy()
        rows = np.flatnonzero((matches >= 0) & (matches < len(other.at)))
        sizes = np.array([one.size, other.size], dtype=np.float32)
        return one.at[rows] * sizes[0], other.at[matches[rows]] * sizes[1]

    def _kept(self, file: Path, name: str) -> Detected:
        kept = self._cache / name
        if kept.is_file():
            with np.load(kept) as stored:
                return Detected(
                    stored["at"], stored["descriptors"], (float(stored["size"][0]), float(stored["size"][1]))
                )
        found = self.detected(file)
        with atomic_path(kept) as path:
            np.savez(path, at=found.at, descriptors=found.descriptors, size=found.size)
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
        return TransformersModel(self.weights, NEEDED, INSTEAD)

    @cached_property
    def _processor(self) -> Any:
        return self._source.load("AutoImageProcessor")

    @cached_property
    def _network(self) -> "_Pairing":
        found = self._source.load("LightGlueForKeypointMatching")
        size = self._processor.size
        return _Pairing(found.to(self._device).eval(), (int(size["height"]), int(size["width"])), self._device)


class _Pairing:
    """The network, whose detector is asked once a photo: in its place stands one that gives what was found before."""

    def __init__(self, network: Any, seen: tuple[int, int], device: torch.device) -> None:
        """Take the detector out of `network`, which sees photos of (height, width) `seen`."""
        self.detector, self._network, self._device = network.keypoint_detector, network, device
        self._pixels = torch.zeros(1, 2, 1, *seen, device=device)
        self._known = network.keypoint_detector = _Known()

    def __call__(self, one: Detected, other: Detected) -> Any:
        count = max(len(one.at), len(other.at))
        width = one.descriptors.shape[1]
        at, descriptors = torch.zeros(2, count, 2), torch.zeros(2, count, width)
        mask = torch.zeros(2, count, dtype=torch.int)
        for row, part in enumerate((one, other)):
            length = len(part.at)
            at[row, :length] = torch.from_numpy(part.at)
            descriptors[row, :length] = torch.from_numpy(part.descriptors.astype(np.float32))
            mask[row, :length] = 1
        found = (at, torch.zeros(2, count), descriptors, mask)
        self._known.found = tuple(part.to(self._device) for part in found)
        return self._network(self._pixels)


class _Known(nn.Module):
    """Stands where the detector was: gives places, scores, descriptors and mask that were found before."""

    found: tuple[Tensor, ...] = ()

    def forward(self, pixel_values: Tensor) -> tuple[Tensor, ...]:
        """What was found, whatever the pixels are."""
        del pixel_values
        return self.found
