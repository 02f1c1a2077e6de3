"""Class resto: churches and chapels."""

import math

import numpy as np

from components.waypoints.buildings import STYLES
from components.waypoints.region import Region
from components.waypoints.site import Site, Traits
from components.waypoints.solids import Colour, Face, Model, Solid, box, convex, drum, point, rod

_MATERIALS: dict[str, tuple[Colour, str]] = {
    "granite": ((160, 156, 148), "ashlar"),
    "limestone": ((212, 190, 148), "ashlar"),
    "brick": ((180, 112, 84), "brick"),
    "whitewash": ((236, 230, 218), "plaster"),
}


def traits(region: Region, random: np.random.Generator) -> Traits:
    """Draw the traits of a church in a region."""
    usual = {"granite": "granite", "brick": "brick", "ochre": "limestone", "white": "whitewash"}[region.building]
    material = usual if random.random() < 0.65 else str(random.choice(list(_MATERIALS)))
    return {
        "style": str(random.choice(["church with a tower", "chapel with a bell gable"], p=[0.55, 0.45])),
        "material": material,
    }


def _arch(x: float, z: float, wide: float, high: float, y: float, colour: Colour) -> Face:
    """Return a round-headed opening in a wall facing -y."""
    turn = np.linspace(0, math.pi, 9)
    ring = np.column_stack([x + wide / 2 * np.cos(turn), np.full(9, y), z + high - wide / 2 + wide / 2 * np.sin(turn)])
    foot = np.array([[x - wide / 2, y, z], [x + wide / 2, y, z]])
    return Face(np.concatenate([ring, foot]), colour, "", point(0, -1, 0))


def _disc(x: float, z: float, radius: float, y: float, colour: Colour) -> Face:
    turn = np.linspace(0, 2 * math.pi, 16, endpoint=False)
    return Face(
        np.column_stack([x + radius * np.cos(turn), np.full(16, y), z + radius * np.sin(turn)]),
        colour,
        "",
        point(0, -1, 0),
    )


def _cross(x: float, y: float, z: float, size: float) -> list[Solid]:
    dark: Colour = (52, 50, 50)
    return [
        rod((x, y, z), (x, y, z + size), 0.05, dark),
        rod((x - size * 0.3, y, z + size * 0.65), (x + size * 0.3, y, z + size * 0.65), 0.05, dark),
    ]


def build(facts: Traits, random: np.random.Generator) -> Site:
    """Build the church described by the traits, with its door towards -y."""
    colour, grain = _MATERIALS[facts["material"]]
    roofs = STYLES["granite" if facts["material"] == "granite" else "ochre"][2]
    roof, dark = roofs[int(random.integers(len(roofs)))], (58.0, 44.0, 36.0)
    wide, high, long = random.uniform(6, 9), random.uniform(5, 7.5), random.uniform(10, 16)
    rise, y0 = wide * random.uniform(0.28, 0.4), 0.0
    nave: list[Solid] = box((wide, long, high), (0, long / 2, 0), colour, grain)
    gable = np.array([[-wide / 2, y0, high], [wide / 2, y0, high], [0, y0, high + rise]])
    ends = [gable, gable + np.array([0, long, 0])]
    nave += [Face(ends[0], colour, "", point(0, -1, 0)), Face(ends[1], colour, "", point(0, 1, 0))]
    w = wide / 2 + 0.35
    for side in (-1.0, 1.0):
        slope = np.array(
            [
                [0, -0.3, high + rise + 0.1],
                [0, long, high + rise + 0.1],
                [side * w, long, high - 0.1],
                [side * w, -0.3, high - 0.1],
            ]
        )
        normal = point(side * rise, 0, wide / 2)
        nave.append(Face(slope, roof, "roof", normal / np.linalg.norm(normal)))
        for y in np.linspace(long * 0.2, long * 0.85, 3):
            window = np.array(
                [
                    [side * (wide / 2 + 0.03), y + dy, z]
                    for dy, z in ((-0.4, high * 0.75), (0.4, high * 0.75), (0.4, high * 0.4), (-0.4, high * 0.4))
                ]
            )
            nave.append(Face(window, dark, "", point(side, 0, 0)))
    front: list[Solid] = []
    door = random.uniform(1.8, 2.6)
    front += [
        _arch(0, 0, door + 0.6, door * 1.7 + 0.35, -0.04, (colour[0] * 0.85, colour[1] * 0.84, colour[2] * 0.82)),
        _arch(0, 0, door, door * 1.7, -0.07, (104, 70, 44) if random.random() < 0.7 else dark),
    ]
    if random.random() < 0.6:
        front += [
            _disc(0, high * 0.9, 0.9, -0.05, (colour[0] * 0.82, colour[1] * 0.82, colour[2] * 0.8)),
            _disc(0, high * 0.9, 0.65, -0.08, dark),
        ]
    else:
        front.append(_arch(0, high * 0.72, 0.8, 1.6, -0.06, dark))
    models = [Model(nave, point(0, long / 2, 0)), Model(front, point(0, -0.4, 0))]
    total = high + rise
    if facts["style"] == "church with a tower":
        side, size, tall = random.choice([-1, 1]), random.uniform(2.8, 3.8), high * random.uniform(1.6, 2.2)
        x, y = side * (wide / 2 + size / 2 - 0.2), size / 2
        tower: list[Solid] = box((size, size, tall), (x, y, 0), colour, grain)
        tower += box((size * 1.08, size * 1.08, 0.3), (x, y, tall * 0.7), colour)
        for dx in (-0.24, 0.24):
            tower.append(_arch(x + dx * size, tall * 0.76, size * 0.26, tall * 0.17, -0.05, dark))
        tower += box((size * 1.1, size * 1.1, 0.3), (x, y, tall), colour)
        spire = random.uniform(1.0, 4.5)
        if random.random() < 0.7:
            tip, h = point(x, y, tall + 0.3 + spire), size * 0.55
            eaves = [
                point(x - h, y - h, tall + 0.3),
                point(x + h, y - h, tall + 0.3),
                point(x + h, y + h, tall + 0.3),
                point(x - h, y + h, tall + 0.3),
            ]
            tower += convex([np.stack([tip, eaves[i], eaves[(i + 1) % 4]]) for i in range(4)], roof)
        else:
            tower += drum((size * 0.45, size * 0.1), spire * 0.6, (x, y, tall + 0.3), roof, sides=12)
        tower += _cross(x, y, tall + 0.3 + spire * 0.6, 1.3)
        models.append(Model(tower, point(x, -0.3, 0)))
        total = tall + spire
        return Site(models, total * 0.95, wide + size, wide, 0.75)
    bell: list[Solid] = box((wide * 0.36, 0.7, 2.6), (0, 0.3, high + rise * 0.55), colour, grain)
    top = high + rise * 0.55 + 2.6
    cap = np.array([[-wide * 0.2, -0.06, top], [wide * 0.2, -0.06, top], [0, -0.06, top + 0.8]])
    bell += convex([cap, cap + np.array([0, 0.72, 0])], colour)
    bell.append(Face(cap, colour, "", point(0, -1, 0)))
    for x in (-wide * 0.085, wide * 0.085):
        bell += [
            _arch(
                x, high + rise * 0.55 + 0.9, wide * 0.11, 1.3, -0.08, (120, 150, 190) if random.random() < 0.5 else dark
            ),
            *drum((0.22, 0.1), 0.4, (x, -0.15, high + rise * 0.55 + 1.2), (96, 82, 56), sides=8),
        ]
    bell += _cross(0, 0.2, top + 0.7, 0.9)
    models.append(Model(bell, point(0, -0.5, 0)))
    return Site(models, top + 0.8, wide * 1.05, wide, 0.75)
