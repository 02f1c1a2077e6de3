"""Registration: where each pixel of one small picture lies in another, for many pairs at once.

The Lucas-Kanade method (Baker & Matthews, "Lucas-Kanade 20 years on", 2004): a transform, and a gain and an offset of
the grey levels, are refined by least squares, first on blurred copies of half the size. Only pixels that lie in both
pictures count, and no corners: a turned photo has strange ones.

Coordinates run from -1 to 1 over each axis of a picture, whatever its number of pixels.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SIMILARITY = np.array([[1, 0, 0, 0, 1, 0], [0, -1, 0, 1, 0, 0], [0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 1]], np.float32)
AFFINE = np.eye(6, dtype=np.float32)
"""What may change of a transform, (parameters, 6): scale, turn and place, or all its numbers."""
DISC = 1.45
"""Squared distance from the middle within which pixels count: all but the corners."""
MAX_STEP = 0.12
RIDGE = 1e-3
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def identity(m: int) -> Floats:
    """Return m identical transforms, (m, 2, 3)."""
    return np.tile(np.eye(2, 3, dtype=np.float32), (m, 1, 1))


def halved(grey: Floats) -> Floats:
    """Return (m, side, side) pictures at half the size, blurred."""
    m, side = grey.shape[:2]
    return blurred(grey.reshape(m, side // 2, 2, side // 2, 2).mean(axis=(2, 4)))


def refined(template: Floats, picture: Floats, transform: Floats, steps: int, basis: Floats) -> Floats:
    """Improve the transforms that bring the points of m templates to the same points of m pictures.

    Args:
        template: (m, side, side) grey.
        picture: (m, side, side) grey.
        transform: (m, 2, 3), the transforms to start from.
        steps: Number of refinements.
        basis: `SIMILARITY` or `AFFINE`.
    """
    m, side = template.shape[:2]
    x, y = _grid(side)
    down, right = (axis.reshape(m, side * side) for axis in np.gradient(template, 2 / side, axis=(1, 2)))
    flat = template.reshape(m, side * side)
    moves = np.stack([right * x, right * y, right, down * x, down * y, down], axis=2) @ basis.T
    design = np.concatenate([moves, flat[..., None], np.ones_like(flat)[..., None]], axis=2)
    diagonal = np.arange(design.shape[2])
    for _ in range(steps):
        found, inside = sampled(picture, transform)
        weighted = (design * inside[..., None]).transpose(0, 2, 1)
        normal = weighted @ design
        normal[:, diagonal, diagonal] += RIDGE * np.maximum(np.einsum("mii->mi", normal), RIDGE) + 1e-6
        solved = np.linalg.solve(normal, weighted @ found[..., None])[..., 0]
        gain = np.where(np.abs(solved[:, -2]) > RIDGE, solved[:, -2], np.inf)[:, None]
        step = (np.clip(solved[:, :-2] / gain, -MAX_STEP, MAX_STEP) @ basis).reshape(m, 2, 3)
        back: Floats = np.linalg.inv(np.asarray(_square(step + identity(1)), np.float64)).astype(np.float32)
        transform = np.clip((_square(transform) @ back)[:, :2], -2, 2).astype(np.float32)
    return transform


def sampled(picture: NDArray[Any], transform: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Interpolate m pictures at the points of their templates.

    Args:
        picture: (m, side, side) or (m, side, side, c).
        transform: (m, 2, 3).

    Returns:
        (m, side²) or (m, side², c) levels, and the (m, side²) mask of the pixels that lie in both and count.
    """
    m, side = picture.shape[:2]
    x, y = _grid(side)
    u = transform[:, 0, 0, None] * x + transform[:, 0, 1, None] * y + transform[:, 0, 2, None]
    v = transform[:, 1, 0, None] * x + transform[:, 1, 1, None] * y + transform[:, 1, 2, None]
    edge = 1 + 0.02 / side
    inside = (np.abs(u) < edge) & (np.abs(v) < edge) & (u * u + v * v < DISC) & (x * x + y * y < DISC)
    column, row = (np.clip((at + 1) * (side / 2) - 0.5, 0, side - 1.001) for at in (u, v))
    left, top = column.astype(np.int32), row.astype(np.int32)
    across, along = column - left, row - top
    flat = picture.reshape(m * side * side, *picture.shape[3:])
    first = (np.arange(m, dtype=np.int32) * (side * side))[:, None] + top * side + left
    if picture.ndim == 4:
        across, along = across[..., None], along[..., None]
    upper = flat[first] + (flat[first + 1] - flat[first]) * across
    lower = flat[first + side] + (flat[first + side + 1] - flat[first + side]) * across
    return upper + (lower - upper) * along, inside


def correlation(left: Floats, right: Floats, weight: NDArray[Any]) -> Floats:
    """Return the (m,) correlations of m pairs of pictures.

    Args:
        left: (m, pixels) or (m, pixels, c).
        right: As `left`.
        weight: (m, pixels), how much each pixel counts.
    """
    weight = weight.reshape(*left.shape[:2], *[1] * (left.ndim - 2)).astype(np.float32)
    flat = len(left), int(np.prod(left.shape[1:]))
    weight = np.broadcast_to(weight, left.shape).reshape(flat)
    left, right = left.reshape(flat), right.reshape(flat)
    total = np.maximum(weight.sum(axis=1), 1e-6)
    left = left - ((left * weight).sum(axis=1) / total)[:, None]
    right = right - ((right * weight).sum(axis=1) / total)[:, None]
    size = (left * left * weight).sum(axis=1) * (right * right * weight).sum(axis=1)
    found: Floats = (left * right * weight).sum(axis=1) / np.sqrt(np.maximum(size, 1e-6))
    return found


def blurred(pictures: Floats) -> Floats:
    """Return (m, side, side) pictures smoothed by the weights 1, 2, 1 along both axes."""
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)), "edge")
    rows = (padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]) / 4
    smooth = (rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 4
    return smooth.astype(np.float32, copy=False)


def _grid(side: int) -> tuple[Floats, Floats]:
    centre = ((np.arange(side) + 0.5) / side * 2 - 1).astype(np.float32)
    return np.tile(centre, side), np.repeat(centre, side)


def _square(transform: NDArray[Any]) -> Floats:
    square = np.zeros((len(transform), 3, 3), np.float32)
    square[:, :2], square[:, 2, 2] = transform, 1
    return square
