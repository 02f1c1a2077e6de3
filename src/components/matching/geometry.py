"""Whether paired key points of two photos agree on one camera, and what every kind of local feature obeys."""

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
FEWEST = 8
"""Pairs of key points that a fundamental matrix takes."""


class Verifier(Protocol):
    """Local features of two photos, held together by geometry."""

    def verify(self, left: Sequence[Path], right: Sequence[Path], pairs: Pairs) -> tuple[Floats, Floats]:
        """Hold the photos of m pairs against each other.

        Args:
            left: Files that `pairs.left` counts.
            right: Files that `pairs.right` counts.
            pairs: m pairs.

        Returns:
            (m,) inliers: pairs of key points that agree on one geometry; and (m,) their share of all pairs of key
            points, 0 where there are none.
        """


def check_geometry(model: str, pixels: float) -> None:
    """Raise ConfigError unless both are what `agreeing` takes."""
    if model not in get_args(Model):
        raise ConfigError(f"matching.local.model={model}: expected {' or '.join(get_args(Model))}")
    if not pixels > 0:
        raise ConfigError(f"matching.local.pixels={pixels}: expected a number above 0")


def agreeing(one: Floats, other: Floats, model: Model, pixels: float) -> int:
    """How many of p pairs of key points agree on one fundamental matrix or one homography, by RANSAC.

    Args:
        one: (p, 2) pixels, x and y, in the one photo.
        other: (p, 2) likewise in the other.
        model: fundamental (two views of a solid thing) or homography (of something flat).
        pixels: How far a point may lie from where the model puts it.
    """
    if len(one) < FEWEST:
        return 0
    found: Any  # the stubs know no None
    if model == "homography":
        found = cv2.findHomography(one, other, cv2.RANSAC, pixels, maxIters=ITERATIONS, confidence=0.99)
    else:
        found = cv2.findFundamentalMat(one, other, cv2.FM_RANSAC, pixels, 0.99, ITERATIONS)
    matrix, mask = found
    return 0 if matrix is None else int(np.count_nonzero(mask))  # without a model the mask is not written
