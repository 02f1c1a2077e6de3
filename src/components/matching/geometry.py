"""Geometric verification of matched key points, and the interface of local features."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError
from components.matching.pairs import Pairs

Floats = NDArray[np.float32]
Model = Literal["fundamental", "homography"]

ITERATIONS = 500
"""Largest number of iterations of RANSAC."""

MIN_MATCHES = 8
"""Smallest number of matched key points that determines a fundamental matrix."""


class Verifier(Protocol):
    """Matches local features of photos and verifies the matches geometrically."""

    def verify(self, left: Sequence[Path], right: Sequence[Path], pairs: Pairs) -> tuple[Floats, Floats]:
        """Match and verify the key points of m pairs of photos.

        Args:
            left: Files that `pairs.left` refers to.
            right: Files that `pairs.right` refers to.
            pairs: The m pairs.

        Returns:
            (m,) number of inliers, i.e. matched key points that agree with one geometric model; and (m,) their share of
            all matched key points, 0 if there are none.
        """


def check_geometry(model: str, pixels: float) -> None:
    """Raise ConfigError unless `matching.local.model` and `matching.local.pixels` are valid."""
    if model not in get_args(Model):
        raise ConfigError(f"matching.local.model={model}: expected {' or '.join(get_args(Model))}")
    if not pixels > 0:
        raise ConfigError(f"matching.local.pixels={pixels}: expected a number above 0")


def count_inliers(left: Floats, right: Floats, model: Model, pixels: float) -> int:
    """Return how many of p matched key points agree with one fundamental matrix or homography, found by RANSAC.

    Args:
        left: (p, 2) positions in the left photo, x and y in pixels.
        right: (p, 2) positions in the right photo.
        model: fundamental (two views of a three-dimensional object) or homography (of a plane).
        pixels: Largest distance of an inlier from the position predicted by the model.
    """
    if len(left) < MIN_MATCHES:
        return 0
    found: Any  # without a model the matrix is None, which the stubs of OpenCV do not declare
    if model == "homography":
        found = cv2.findHomography(left, right, cv2.RANSAC, pixels, maxIters=ITERATIONS, confidence=0.99)
    else:
        found = cv2.findFundamentalMat(left, right, cv2.FM_RANSAC, pixels, 0.99, ITERATIONS)
    matrix, mask = found
    return 0 if matrix is None else int(np.count_nonzero(mask))  # without a model the mask is not set
