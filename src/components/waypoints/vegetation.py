"""Trees, bushes and tufts of grass."""

import math
from itertools import pairwise

import numpy as np

from components.waypoints.camera import Vector
from components.waypoints.solids import Colour, Leaves, Model, Rod, Solid, point

SPECIES = ("oak", "pine", "poplar", "olive", "eucalyptus", "plane", "cypress", "chestnut", "palm")

# Crown: width, height and lower end as shares of the tree's height, colour of the leaves, stamp, whether deciduous.
_CROWNS: dict[str, tuple[float, float, float, Colour, str, bool]] = {
    "oak": (0.8, 0.66, 0.30, (68, 92, 38), "leaf", False),
    "pine": (0.66, 0.40, 0.58, (56, 84, 50), "needle", False),
    "poplar": (0.28, 0.86, 0.12, (98, 128, 52), "leaf", True),
    "olive": (0.95, 0.70, 0.28, (122, 132, 98), "leaf", False),
    "eucalyptus": (0.40, 0.60, 0.40, (92, 116, 84), "needle", False),
    "plane": (0.85, 0.70, 0.28, (96, 126, 50), "leaf", True),
    "cypress": (0.20, 0.95, 0.04, (44, 66, 40), "needle", False),
    "chestnut": (0.85, 0.72, 0.24, (80, 112, 40), "leaf", True),
    "palm": (0.55, 0.16, 0.86, (78, 112, 52), "needle", False),
}


def _season(colour: Colour, deciduous: bool, month: int) -> tuple[Colour, float]:
    """Return the colour of the leaves in a month and the share of leaves on the tree."""
    if not deciduous:
        return colour, 1.0
    if month in (10, 11):
        return (188.0, 138.0, 46.0), 0.75
    if month in (12, 1, 2):
        return (134.0, 108.0, 72.0), 0.12
    if month in (3, 4):
        return (colour[0] * 1.25, colour[1] * 1.2, colour[2] * 1.05), 0.75
    return colour, 1.0


def _tufts(
    count: int, centre: Vector, radii: Vector, size: float, colour: Colour, random: np.random.Generator
) -> tuple[Vector, Vector, Vector]:
    """Return centres, sizes and colours of tufts in an ellipsoid, lighter at the top."""
    offsets = random.standard_normal((count, 3))
    offsets /= np.linalg.norm(offsets, axis=1, keepdims=True)
    offsets *= random.uniform(0.25, 1.0, (count, 1)) ** 0.5
    shade = 0.82 + 0.26 * offsets[:, 2] + random.normal(0, 0.09, count)
    tints = np.array(colour) * shade[:, None] + random.normal(0, 5, (count, 3))
    return offsets * radii + centre, size * random.uniform(0.7, 1.3, count), tints


def tree(species: str, height: float, month: int, random: np.random.Generator) -> Model:
    """Build a tree of `height` metres in a month (1 to 12)."""
    wide, high, start, plain, stamp, deciduous = _CROWNS[species]
    colour, share = _season(plain, deciduous, month)
    bark: Colour = (108, 88, 68) if species != "eucalyptus" else (168, 152, 134)
    lean = random.normal(0, 0.03, 2) * height
    thick = height * (0.022 if species in ("poplar", "eucalyptus", "palm") else 0.034)
    fork = height * (start + 0.12)
    solids: list[Solid] = [Rod(point(0, 0, 0), point(lean[0], lean[1], fork), thick, bark, thick * 0.75)]
    centre = np.array([lean[0], lean[1], height * (start + high / 2)])
    for _ in range(5):
        tip = centre + random.normal(0, 1, 3) * np.array([wide, wide, high * 0.7]) * height * 0.22
        solids.append(Rod(point(lean[0], lean[1], fork * 0.92), tip, thick * 0.5, bark, thick * 0.15))
    radii = np.array([wide, wide, high]) * height / 2
    centres, sizes, tints = _tufts(
        int(95 * (0.75 + wide)), centre, radii, height * (0.06 + 0.03 * min(1.0, wide)), colour, random
    )
    keep = random.random(len(sizes)) < share
    keep[0] = True
    solids.append(Leaves(centres[keep], sizes[keep], tints[keep], stamp))
    return Model(solids)


def bush(height: float, colour: Colour, random: np.random.Generator) -> Model:
    """Build a shrub of `height` metres."""
    wide = height * random.uniform(0.5, 0.9)
    centres, sizes, tints = _tufts(
        26, point(0, 0, height * 0.5), np.array([wide, wide, height * 0.5]), height * 0.24, colour, random
    )
    return Model([Leaves(centres, sizes, tints, "leaf")])


def hedge(length: float, height: float, colour: Colour, random: np.random.Generator) -> list[Model]:
    """Build a trimmed hedge along x, one model per 1.2 metres."""
    pieces = []
    for x in np.arange(-length / 2, length / 2, 1.2):
        centres, sizes, tints = _tufts(
            18, point(0, 0, height * 0.5), np.array([0.75, 0.3, height * 0.5]), 0.26, colour, random
        )
        pieces.append(Model([Leaves(centres, sizes, tints, "leaf")]).placed(float(x), 0.0))
    return pieces


def tufts_of_grass(
    count: int, spread: float, colour: Colour, random: np.random.Generator, centre: tuple[float, float] = (0.0, 0.0)
) -> list[Model]:
    """Build tufts of grass around a point, denser near it."""
    models = []
    for _ in range(max(1, count // 6)):
        distance, turn = spread * random.uniform(0.05, 1.0), random.uniform(0, 2 * math.pi)
        x, y = centre[0] + distance * math.cos(turn), centre[1] + distance * math.sin(turn)
        near = random.normal(0, 0.3, (6, 2))
        sizes = random.uniform(0.05, 0.16, 6)
        centres = np.column_stack([near[:, 0], near[:, 1], sizes * 0.85])
        tints = np.array(colour) * random.uniform(0.75, 1.25, (6, 1)) + random.normal(0, 6, (6, 3))
        models.append(Model([Leaves(centres, sizes, tints, "grass")]).placed(x, y))
    return models


def branch(length: float, random: np.random.Generator) -> Model:
    """Build a leafy branch along x, to be placed close to the camera."""
    count = int(90 * length)
    along = random.uniform(0, length, count)
    centres = np.column_stack([along, random.normal(0, 0.05, count), random.normal(0, 0.07 * length, count)])
    colour = np.array([84, 112, 46]) * random.uniform(0.7, 1.2)
    tints = colour * random.uniform(0.7, 1.25, (count, 1))
    sizes = random.uniform(0.025, 0.06, count)
    bends = [point(length * part, 0, 0.1 * length * math.sin(part * 5 + 1.0)) for part in (0.0, 0.3, 0.6, 1.0)]
    centres[:, 2] += 0.1 * length * np.sin(along / length * 5 + 1.0)
    twigs: list[Solid] = [Rod(a, b, 0.006, (92, 74, 56), 0.003) for a, b in pairwise(bends)]
    return Model([*twigs, Leaves(centres, sizes, tints, "leaf")])
