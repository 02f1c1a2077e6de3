"""The pinhole camera of the rendered scenes.

World: metres, x to the right of the object, y behind it, z up; the object stands at the origin and looks towards -y.
"""

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

NEAR = 0.12
"""Nearest depth that is drawn, in metres."""


def cross(a: Vector, b: Vector) -> Vector:
    """The cross product of two (3,) vectors; many times faster than NumPy's, which is made for stacks of them."""
    (ax, ay, az), (bx, by, bz) = a.tolist(), b.tolist()
    return np.array([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx])


@dataclass(frozen=True)
class Camera:
    """Where the picture is taken from.

    Attributes:
        position: (3,) metres.
        axes: (3, 3) rows are the camera's right, up and forward, unit length.
        focal: Focal length in pixels.
        width: Pixels.
        height: Pixels.
    """

    position: Vector
    axes: Vector
    focal: float
    width: int
    height: int

    @classmethod
    def looking(
        cls, position: Vector, target: Vector, *, focal: float, size: tuple[int, int], roll: float = 0.0
    ) -> Self:
        """A camera at `position` whose middle pixel shows `target`, turned by `roll` radians about its axis."""
        forward = target - position
        forward = forward / np.linalg.norm(forward)
        right = cross(forward, np.array([0.0, 0.0, 1.0]))
        right = right / np.linalg.norm(right)
        up = cross(right, forward)
        cos, sin = math.cos(roll), math.sin(roll)
        axes = np.stack([cos * right + sin * up, cos * up - sin * right, forward])
        return cls(position=position, axes=axes, focal=focal, width=size[0], height=size[1])

    def scaled(self, factor: int) -> Self:
        """The same view with `factor` times as many pixels a side."""
        return replace(self, focal=self.focal * factor, width=self.width * factor, height=self.height * factor)

    def view(self, points: Vector) -> Vector:
        """(n, 3) world points in camera coordinates: right, up, depth."""
        seen: Vector = (points - self.position) @ self.axes.T
        return seen

    def pixels(self, seen: Vector) -> Vector:
        """(n, 2) pixel positions of (n, 3) camera coordinates with positive depth."""
        scale = self.focal / seen[:, 2]
        out = np.empty((len(seen), 2))
        out[:, 0] = self.width / 2 + seen[:, 0] * scale
        out[:, 1] = self.height / 2 - seen[:, 1] * scale
        return out

    def outline(self, points: Vector) -> Vector | None:
        """(m, 2) pixels of a polygon of (n, 3) world points, cut at the near plane; None where nothing is left."""
        seen = self.view(points)
        ahead = seen[:, 2] >= NEAR
        if not ahead.all():
            if not ahead.any():
                return None
            seen = _cut(seen)
        return self.pixels(seen)

    def rays(self) -> NDArray[np.float32]:
        """(height, width, 3) direction of each pixel in the world, not normalised."""
        across = (np.arange(self.width, dtype=np.float32) + 0.5 - self.width / 2) / np.float32(self.focal)
        upward = (self.height / 2 - np.arange(self.height, dtype=np.float32) - 0.5) / np.float32(self.focal)
        right, up, forward = self.axes.astype(np.float32)
        rays: NDArray[np.float32] = across[None, :, None] * right + (upward[:, None, None] * up + forward)
        return rays


def _cut(seen: Vector) -> Vector:
    """Sutherland-Hodgman against the near plane."""
    kept: list[Vector] = []
    for here, after in zip(seen, np.roll(seen, -1, axis=0), strict=True):
        if here[2] >= NEAR:
            kept.append(here)
        if (here[2] >= NEAR) != (after[2] >= NEAR):
            kept.append(here + (after - here) * ((NEAR - here[2]) / (after[2] - here[2])))
    return np.array(kept)
