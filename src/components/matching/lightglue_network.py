"""The matching network of LightGlue, applied to key points that were detected earlier."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from components.matching.geometry import Floats


@dataclass(frozen=True)
class DetectedPoints:
    """Key points of a photo.

    Attributes:
        positions: (k, 2) float32, x and y as shares of width and height.
        descriptors: (k, d) float16.
        size: (width, height) of the photo in pixels, with the longer side equal to `LightGlue.side`.
    """

    positions: Floats
    descriptors: np.ndarray[Any, np.dtype[np.float16]]
    size: tuple[float, float]


class MatchingNetwork:
    """LightGlue with a replaced detector, so that the key points of each photo are detected only once.

    The detector of the network is removed (`detector`) and replaced by a module that returns given key points.
    """

    def __init__(self, network: Any, image_size: tuple[int, int], device: torch.device) -> None:
        """Replace the detector of a network.

        Args:
            network: A `LightGlueForKeypointMatching` of transformers.
            image_size: (height, width) of its input.
            device: Device of the network.
        """
        self.detector, self._network, self._device = network.keypoint_detector, network, device
        self._pixels = torch.zeros(1, 2, 1, *image_size, device=device)
        self._given = network.keypoint_detector = _GivenKeyPoints()

    def __call__(self, left: DetectedPoints, right: DetectedPoints) -> Any:
        """Match the key points of two photos; return the output of the network."""
        count = max(len(left.positions), len(right.positions))
        width = left.descriptors.shape[1]
        positions, descriptors = torch.zeros(2, count, 2), torch.zeros(2, count, width)
        mask = torch.zeros(2, count, dtype=torch.int)
        for row, photo in enumerate((left, right)):
            length = len(photo.positions)
            positions[row, :length] = torch.from_numpy(photo.positions)
            descriptors[row, :length] = torch.from_numpy(photo.descriptors.astype(np.float32))
            mask[row, :length] = 1
        output = (positions, torch.zeros(2, count), descriptors, mask)
        self._given.output = tuple(tensor.to(self._device) for tensor in output)
        return self._network(self._pixels)


class _GivenKeyPoints(nn.Module):
    """A detector that returns `output`: positions, scores, descriptors and mask that were computed earlier."""

    output: tuple[Tensor, ...] = ()

    def forward(self, pixel_values: Tensor) -> tuple[Tensor, ...]:
        """Return `output`, independent of the pixels."""
        del pixel_values
        return self.output
