"""Objects of no class that appear in any scene: benches, bins, lamps, cars, people, rocks, posts, fences."""

import math
from collections.abc import Callable

import numpy as np

from components.waypoints.lettering import small_sign
from components.waypoints.solids import (
    Ball,
    Colour,
    Face,
    Model,
    Rod,
    Solid,
    box,
    convex,
    drum,
    extruded,
    point,
    rod,
    upright,
)
from components.waypoints.vegetation import bush

_WOOD: tuple[Colour, ...] = ((138, 102, 68), (116, 84, 58), (160, 126, 88), (128, 118, 104))
_CLOTHES: tuple[Colour, ...] = (
    (178, 48, 44),
    (42, 72, 128),
    (52, 58, 62),
    (214, 206, 190),
    (62, 118, 76),
    (220, 170, 50),
    (128, 72, 120),
    (90, 150, 186),
)
_PAINT: tuple[Colour, ...] = (
    (206, 206, 208),
    (58, 60, 66),
    (150, 30, 34),
    (40, 66, 118),
    (226, 226, 224),
    (120, 124, 130),
)


def _choose(choices: tuple[Colour, ...], random: np.random.Generator) -> Colour:
    return choices[int(random.integers(len(choices)))]


def bench(random: np.random.Generator) -> Model:
    """Build a park bench with a backrest."""
    wood = _choose(_WOOD, random)
    solids: list[Solid] = []
    for y, z in ((-0.18, 0.44), (0.0, 0.45), (0.18, 0.46)):
        solids += box((1.6, 0.13, 0.04), (0, y, z), wood, "wood")
    for z in (0.62, 0.80):
        solids += box((1.6, 0.04, 0.12), (0, 0.28, z), wood, "wood")
    for x in (-0.68, 0.68):
        solids += box((0.06, 0.44, 0.44), (x, 0, 0), (62, 62, 66))
        solids.append(rod((x, 0.26, 0.4), (x, 0.30, 0.95), 0.025, (62, 62, 66)))
    return Model(solids)


def table(random: np.random.Generator) -> Model:
    """Build a picnic table with two benches."""
    wood = _choose(_WOOD, random)
    solids: list[Solid] = box((1.7, 0.8, 0.06), (0, 0, 0.72), wood, "wood")
    for y in (-0.72, 0.72):
        solids += box((1.7, 0.28, 0.05), (0, y, 0.42), wood, "wood")
    for x in (-0.6, 0.6):
        solids += [rod((x, -0.7, 0), (x, 0.25, 0.75), 0.05, wood), rod((x, 0.7, 0), (x, -0.25, 0.75), 0.05, wood)]
    return Model(solids)


def bin_(random: np.random.Generator) -> Model:
    """Build a litter bin."""
    colour = _choose(((52, 84, 62), (70, 72, 76), (120, 92, 62), (40, 92, 60), (150, 154, 158)), random)
    return Model(
        [*drum((0.2, 0.24), 0.72, (0, 0, 0.12), colour), *drum((0.26, 0.26), 0.05, (0, 0, 0.84), (48, 48, 50))]
    )


def container(random: np.random.Generator) -> Model:
    """Build a recycling container."""
    colour = _choose(((206, 176, 48), (44, 88, 150), (50, 118, 70), (112, 112, 110)), random)
    return Model(
        [
            *box((1.3, 1.1, 1.35), (0, 0, 0.1), colour, "concrete", 1.06),
            *box((1.4, 1.2, 0.14), (0, 0, 1.45), (64, 66, 68)),
        ]
    )


def lamp(random: np.random.Generator) -> Model:
    """Build a street lamp."""
    grey = _choose(((74, 78, 80), (52, 60, 56), (150, 154, 156)), random)
    high = random.uniform(3.2, 5.0)
    return Model(
        [
            rod((0, 0, 0), (0, 0, high), 0.05, grey),
            *drum((0.12, 0.24), 0.35, (0, 0, high), (222, 220, 204), sides=8),
            *drum((0.26, 0.05), 0.14, (0, 0, high + 0.35), grey, sides=8),
            *drum((0.1, 0.07), 0.5, (0, 0, 0), grey, sides=8),
        ]
    )


def bollard(random: np.random.Generator) -> Model:
    """Build a bollard of iron or stone."""
    if random.random() < 0.5:
        return Model([rod((0, 0, 0), (0, 0, 0.85), 0.055, (66, 66, 70)), Ball(point(0, 0, 0.9), 0.08, (66, 66, 70))])
    return Model(box((0.3, 0.3, random.uniform(0.5, 0.9)), (0, 0, 0), (156, 152, 146), "stone", 0.85))


def post(random: np.random.Generator) -> Model:
    """Build a plain post of wood or stone."""
    if random.random() < 0.6:
        return Model([rod((0, 0, 0), (0, 0, random.uniform(0.8, 1.4)), 0.065, _choose(_WOOD, random))])
    return Model(box((0.16, 0.16, random.uniform(0.7, 1.2)), (0, 0, 0), (166, 162, 154), "stone", 0.9))


def rock(random: np.random.Generator) -> Model:
    """Build a boulder."""
    size, sides = random.uniform(0.25, 0.75), 7
    angles = np.sort(random.uniform(0, 2 * math.pi, sides))
    foot = (
        np.column_stack([np.cos(angles), np.sin(angles), np.zeros(sides)]) * size * random.uniform(0.8, 1.2, (sides, 1))
    )
    top = foot * random.uniform(0.45, 0.75) + np.array([0, 0, size * random.uniform(0.6, 1.0)])
    after = np.roll(np.arange(sides), -1)
    grey = _choose(((148, 144, 136), (126, 120, 112), (168, 150, 128)), random)
    return Model(
        convex([*(np.stack([top[i], top[j], foot[j], foot[i]]) for i, j in enumerate(after)), top], grey, "stone")
    )


def fence(random: np.random.Generator) -> Model:
    """Build a section of wooden fence."""
    wood, solids, length = _choose(_WOOD, random), list[Solid](), 3.6
    for x in np.linspace(-length / 2, length / 2, 4):
        solids.append(rod((float(x), 0, 0), (float(x), 0, 1.05), 0.06, wood))
    for z in (0.45, 0.85):
        solids.append(rod((-length / 2, 0, z), (length / 2, 0, z), 0.045, wood))
    return Model(solids)


def stone_wall(random: np.random.Generator) -> Model:
    """Build a section of dry stone wall."""
    return Model(
        box((random.uniform(2.5, 4.5), 0.5, random.uniform(0.6, 1.0)), (0, 0, 0), (152, 146, 134), "ashlar", 0.96)
    )


def planter(random: np.random.Generator) -> Model:
    """Build a stone planter with a shrub."""
    shrub = bush(0.8, (84, 116, 56), random).placed(0, 0, z=0.45)
    return Model([*box((0.9, 0.9, 0.55), (0, 0, 0), (178, 172, 162), "concrete", 1.1), *shrub.solids])


def sign(random: np.random.Generator) -> Model:
    """Build a small sign on a pole: rules, a direction or a prohibition."""
    high, wide = random.uniform(1.3, 2.0), random.uniform(0.3, 0.5)
    plate = upright(small_sign(random), wide, wide * 1.25, (0, -0.04, high))
    back = Face(plate.corners + np.array([0, 0.005, 0]), (140, 144, 146), "", point(0, 1, 0))
    return Model([rod((0, 0, 0), (0, 0, high + wide * 1.2), 0.03, (128, 132, 134)), back, plate])


def person(random: np.random.Generator, hiker: bool = False) -> Model:
    """Build a walking person; a hiker carries a rucksack and a stick."""
    tall = random.uniform(1.5, 1.85)
    shirt, trousers = _choose(_CLOTHES, random), _choose(_CLOTHES, random)
    skin: Colour = (206 * random.uniform(0.75, 1.05), 162 * random.uniform(0.75, 1.05), 134.0)
    step, hip, shoulder = random.uniform(0.08, 0.22), tall * 0.5, tall * 0.82
    solids: list[Solid] = [
        Rod(point(-0.09, -step, 0), point(-0.07, 0, hip), 0.06, trousers, 0.085),
        Rod(point(0.09, step, 0), point(0.07, 0, hip), 0.06, trousers, 0.085),
        Rod(point(0, 0, hip - 0.05), point(0, 0, shoulder), 0.16, shirt, 0.19),
        Rod(point(-0.2, 0, shoulder - 0.03), point(-0.25, -step * 0.8, hip), 0.045, shirt, 0.04),
        Rod(point(0.2, 0, shoulder - 0.03), point(0.25, step * 0.8, hip), 0.045, shirt, 0.04),
        rod((0, 0, shoulder), (0, 0, tall * 0.9), 0.05, skin),
        Ball(point(0, 0, tall * 0.93), 0.11, skin),
        Ball(point(0, 0.02, tall * 0.96), 0.105, (70 * random.uniform(0.5, 1.8), 52.0, 38.0)),
    ]
    if hiker:
        solids += box((0.32, 0.2, 0.5), (0, 0.24, hip + 0.05), _choose(_CLOTHES, random))
        solids.append(rod((0.3, -0.25, 0), (0.27, -0.1, 1.2), 0.014, (120, 90, 60)))
    return Model(solids)


def car(random: np.random.Generator) -> Model:
    """Build a parked car along x."""
    paint, glass = _choose(_PAINT, random), (52.0, 62.0, 72.0)
    body = [(-2.0, 0.3), (-2.05, 0.75), (-1.9, 0.95), (-1.1, 1.0), (1.2, 0.95), (1.95, 0.8), (2.05, 0.5), (2.0, 0.3)]
    cabin = [(-1.6, 0.95), (-1.25, 1.42), (0.25, 1.44), (0.95, 0.95)]
    solids = extruded(body, (-0.85, 0.85), paint)
    solids += extruded(cabin, (-0.76, 0.76), glass, side=paint)
    for x in (-1.25, 1.25):
        for y in (-0.86, 0.86):
            angles = np.linspace(0, 2 * math.pi, 14, endpoint=False)
            for radius, colour, out in ((0.32, (32.0, 32.0, 34.0), 0.0), (0.18, (150.0, 152.0, 156.0), 0.02)):
                ring = np.column_stack(
                    [x + radius * np.cos(angles), np.full(14, y * (1 + out)), 0.32 + radius * np.sin(angles)]
                )
                solids.append(Face(ring, colour, "", point(0, math.copysign(1.0, y), 0)))
    return Model(solids)


def _plain_bush(random: np.random.Generator) -> Model:
    return bush(random.uniform(0.5, 1.4), (random.uniform(70, 112), random.uniform(96, 130), 54), random)


PIECES: dict[str, Callable[[np.random.Generator], Model]] = {
    "bench": bench,
    "table": table,
    "bin": bin_,
    "container": container,
    "lamp": lamp,
    "bollard": bollard,
    "post": post,
    "rock": rock,
    "fence": fence,
    "stone wall": stone_wall,
    "planter": planter,
    "sign": sign,
    "bush": _plain_bush,
    "car": car,
    "walker": person,
    "hiker": lambda random: person(random, hiker=True),
}
"""Builder of each object by name."""
