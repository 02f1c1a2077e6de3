"""The pinhole camera of the rendered scenes.

World coordinates are in metres: x to the right of the object, y behind it, z up. The object is at the origin and faces
-y.
"""

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

NEAR = 0.12
"""Near plane: smallest depth that is drawn, in metres."""


def cross(a: Vector, b: Vector) -> Vector:
    """Return the cross product of two (3,) vectors; much faster than `numpy.cross`, which takes batches."""
    (ax, ay, az), (bx, by, bz) = a.tolist(), b.tolist()
    return np.array([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx])


@dataclass(frozen=True)
class Camera:
    """Position, orientation and focal length of a camera.

    Attributes:
        position: (3,) metres.
        axes: (3, 3) unit vectors, one per row: right, up and forward.
        focal: Focal length in pixels.
        width: Image width in pixels.
        height: Image height in pixels.
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
        """Create a camera at `position` with `target` in the image centre, rotated by `roll` radians about its axis."""
        forward = target - position
        forward = forward / np.linalg.norm(forward)
        right = cross(forward, np.array([0.0, 0.0, 1.0]))
        right = right / np.linalg.norm(right)
        up = cross(right, forward)
        cos, sin = math.cos(roll), math.sin(roll)
        axes = np.stack([cos * right + sin * up, cos * up - sin * right, forward])
        return cls(position=position, axes=axes, focal=focal, width=size[0], height=size[1])

    def scaled(self, factor: int) -> Self:
        """Return the same view with `factor` times as many pixels along each side."""
        return replace(self, focal=self.focal * factor, width=self.width * factor, height=self.height * factor)

    def view(self, points: Vector) -> Vector:
        """Return (n, 3) world points in camera coordinates: right, up, depth."""
        local: Vector = (points - self.position) @ self.axes.T
        return local

    def pixels(self, local: Vector) -> Vector:
        """Project (n, 3) camera coordinates of positive depth to (n, 2) pixels."""
        scale = self.focal / local[:, 2]
        out = np.empty((len(local), 2))
        out[:, 0] = self.width / 2 + local[:, 0] * scale
        out[:, 1] = self.height / 2 - local[:, 1] * scale
        return out

    def outline(self, points: Vector) -> Vector | None:
        """Project a polygon of (n, 3) world points, clipped at the near plane, to (m, 2) pixels; None if empty."""
        local = self.view(points)
        ahead = local[:, 2] >= NEAR
        if not ahead.all():
            if not ahead.any():
                return None
            local = _clip(local)
        return self.pixels(local)

    def rays(self) -> NDArray[np.float32]:
        """Return the (height, width, 3) world direction of each pixel, not normalised."""
        across = (np.arange(self.width, dtype=np.float32) + 0.5 - self.width / 2) / np.float32(self.focal)
        upward = (self.height / 2 - np.arange(self.height, dtype=np.float32) - 0.5) / np.float32(self.focal)
        right, up, forward = self.axes.astype(np.float32)
        rays: NDArray[np.float32] = across[None, :, None] * right + (upward[:, None, None] * up + forward)
        return rays


def _clip(local: Vector) -> Vector:
    """Clip a polygon at the near plane (Sutherland-Hodgman)."""
    kept: list[Vector] = []
    for current, following in zip(local, np.roll(local, -1, axis=0), strict=True):
        if current[2] >= NEAR:
            kept.append(current)
        if (current[2] >= NEAR) != (following[2] >= NEAR):
            kept.append(current + (following - current) * ((NEAR - current[2]) / (following[2] - current[2])))
    return np.array(kept)
