"""Geometric primitives of a scene (faces, panels, rods, balls, leaves) and shapes built from them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image

from components.waypoints.camera import Vector, cross

Colour = tuple[float, float, float]
"""Red, green, blue, 0 to 255, under white light of strength 1."""


@dataclass(frozen=True)
class Face:
    """A flat polygon.

    Attributes:
        points: (n, 3) corners.
        colour: Colour before light and haze.
        grain: Texture, one of `surfaces.SURFACES`; "" for none.
        normal: (3,) unit normal of the visible side; None if both sides are visible.
    """

    points: Vector
    colour: Colour
    grain: str = ""
    normal: Vector | None = None


@dataclass(frozen=True)
class Panel:
    """An image on a flat quadrilateral.

    Attributes:
        corners: (4, 3) top left, top right, bottom right, bottom left.
        picture: The image, RGB or RGBA.
        bias: Metres by which the panel is sorted nearer to the camera than it is.
    """

    corners: Vector
    picture: Image.Image
    bias: float = 0.05


@dataclass(frozen=True)
class Rod:
    """A round bar from `start` to `end`; radii in metres, `end_radius` None for the same at both ends."""

    start: Vector
    end: Vector
    radius: float
    colour: Colour
    end_radius: float | None = None


@dataclass(frozen=True)
class Ball:
    """A sphere."""

    centre: Vector
    radius: float
    colour: Colour


@dataclass(frozen=True)
class Leaves:
    """n tufts of leaves: (n, 3) centres, (n,) radii, (n, 3) colours; `stamp` is their shape (`surfaces.stamp`)."""

    centres: Vector
    radii: Vector
    colours: Vector
    stamp: str = "leaf"


Solid = Face | Panel | Rod | Ball | Leaves


def middle(solid: Solid) -> Vector:
    """Return the (3,) point by which a solid is sorted."""
    match solid:
        case Face():
            centre: Vector = solid.points.mean(axis=0)
        case Panel():
            centre = solid.corners.mean(axis=0)
        case Rod():
            centre = (solid.start + solid.end) / 2
        case Ball():
            centre = solid.centre
        case Leaves():
            centre = solid.centres.mean(axis=0)
    return centre


def _moved(solid: Solid, turn: Vector, shift: Vector) -> Solid:
    match solid:
        case Face():
            normal = None if solid.normal is None else solid.normal @ turn.T
            return replace(solid, points=solid.points @ turn.T + shift, normal=normal)
        case Panel():
            return replace(solid, corners=solid.corners @ turn.T + shift)
        case Rod():
            return replace(solid, start=turn @ solid.start + shift, end=turn @ solid.end + shift)
        case Ball():
            return replace(solid, centre=turn @ solid.centre + shift)
        case Leaves():
            return replace(solid, centres=solid.centres @ turn.T + shift)


@dataclass(frozen=True)
class Model:
    """Solids that are sorted as a unit against other models, by the position `anchor`."""

    solids: list[Solid]
    anchor: Vector = field(default_factory=lambda: np.zeros(3))

    def placed(self, x: float, y: float, angle: float = 0.0, z: float = 0.0) -> "Model":
        """Return the model rotated about the z axis by `angle` radians, then moved by (x, y, z)."""
        cos, sin = math.cos(angle), math.sin(angle)
        turn = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
        shift = np.array([x, y, z])
        return Model([_moved(solid, turn, shift) for solid in self.solids], turn @ self.anchor + shift)


def point(x: float, y: float, z: float) -> Vector:
    """Return a point as a (3,) array."""
    return np.array([x, y, z], dtype=np.float64)


def rod(start: Sequence[float], end: Sequence[float], radius: float, colour: Colour) -> Rod:
    """Build a bar between two points given as triples."""
    return Rod(np.array(start, dtype=np.float64), np.array(end, dtype=np.float64), radius, colour)


def convex(polygons: Sequence[Vector], colour: Colour, grain: str = "") -> list[Solid]:
    """Return the faces of a convex body, normals outwards."""
    centre = np.concatenate(polygons).mean(axis=0)
    faces: list[Solid] = []
    for points in polygons:
        normal = cross(points[1] - points[0], points[2] - points[0])
        length = float(np.linalg.norm(normal))
        if length == 0.0:
            continue
        normal = normal / length
        if normal @ (points.mean(axis=0) - centre) < 0:
            normal = -normal
        faces.append(Face(points, colour, grain, normal))
    return faces


def box(
    size: tuple[float, float, float],
    at: tuple[float, float, float],
    colour: Colour,
    grain: str = "",
    taper: float = 1.0,
) -> list[Solid]:
    """Build a box of width (x), depth (y) and height (z); `at` is the centre of its base, `taper` scales its top."""
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array(size[:2]) / 2
    foot = np.column_stack([half, np.zeros(4)]) + np.array(at)
    top = np.column_stack([half * taper, np.full(4, size[2])]) + np.array(at)
    sides = [np.stack([top[i], top[(i + 1) % 4], foot[(i + 1) % 4], foot[i]]) for i in range(4)]
    return convex([*sides, top, foot], colour, grain)


def extruded(
    profile: Sequence[tuple[float, float]],
    depth: tuple[float, float],
    colour: Colour,
    grain: str = "",
    side: Colour | None = None,
) -> list[Solid]:
    """Build a body whose outline in x and z is `profile`, from y = depth[0] (front) to depth[1]; may be concave."""
    outline = np.array(profile, dtype=np.float64)
    ahead = np.roll(outline, -1, axis=0)
    if float((outline[:, 0] * ahead[:, 1] - ahead[:, 0] * outline[:, 1]).sum()) < 0:
        outline = outline[::-1]
        ahead = np.roll(outline, -1, axis=0)
    solids: list[Solid] = []
    for y, facing in ((depth[1], 1.0), (depth[0], -1.0)):
        points = np.column_stack([outline[:, 0], np.full(len(outline), y), outline[:, 1]])
        solids.append(Face(points, colour, grain, point(0.0, facing, 0.0)))
    for (x0, z0), (x1, z1) in zip(outline, ahead, strict=True):
        length = math.hypot(x1 - x0, z1 - z0) or 1.0
        quad = np.array([[x0, depth[0], z0], [x1, depth[0], z1], [x1, depth[1], z1], [x0, depth[1], z0]])
        normal = point((z1 - z0) / length, 0.0, -(x1 - x0) / length)
        solids.append(Face(quad, side or colour, grain, normal))
    return solids


def drum(
    radii: tuple[float, float],
    height: float,
    at: tuple[float, float, float],
    colour: Colour,
    grain: str = "",
    sides: int = 14,
) -> list[Solid]:
    """Build a cylinder or cone from the radii of base and top; `at` is the centre of its base."""
    angles = np.arange(sides) * (2 * math.pi / sides)
    ring = np.column_stack([np.cos(angles), np.sin(angles), np.zeros(sides)])
    foot = ring * radii[0] + np.array(at)
    top = ring * max(radii[1], 1e-3) + np.array(at) + np.array([0.0, 0.0, height])
    after = np.roll(np.arange(sides), -1)
    walls = [np.stack([top[i], top[j], foot[j], foot[i]]) for i, j in enumerate(after)]
    return convex([*walls, top], colour, grain)


def upright(
    picture: Image.Image, width: float, height: float, at: tuple[float, float, float], bias: float = 0.05
) -> Panel:
    """Build a panel facing -y; `at` is the middle of its lower edge."""
    x, y, z = at
    corners = np.array(
        [
            [x - width / 2, y, z + height],
            [x + width / 2, y, z + height],
            [x + width / 2, y, z],
            [x - width / 2, y, z],
        ]
    )
    return Panel(corners, picture, bias)
