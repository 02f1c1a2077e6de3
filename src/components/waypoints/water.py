"""Class resto: fountains and swimming pools."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np

from components.waypoints.backdrop import Patch
from components.waypoints.region import Region
from components.waypoints.site import Site, Traits
from components.waypoints.solids import (
    Ball,
    Colour,
    Face,
    Leaves,
    Model,
    Rod,
    Solid,
    box,
    convex,
    drum,
    point,
    rod,
)

_WATER: Colour = (96, 156, 182)


def fountain_traits(_region: Region, random: np.random.Generator) -> Traits:
    """Draw the traits of a fountain."""
    return {
        "style": str(random.choice(["fountain with bowls", "fountain with a spout", "fountain with jets"])),
        "material": str(random.choice(["granite", "limestone", "iron"], p=[0.4, 0.4, 0.2])),
    }


def pool_traits(_region: Region, random: np.random.Generator) -> Traits:
    """Draw the traits of a swimming pool."""
    return {
        "style": str(random.choice(["rectangular pool", "round pool"], p=[0.7, 0.3])),
        "lanes": str(random.choice(["lanes", "no lanes"])),
        "colour": str(random.choice(["blue", "orange", "green", "white"])),
    }


def _spray(
    centre: tuple[float, float, float], height: float, spread: float, random: np.random.Generator
) -> list[Solid]:
    """Build a spray of water: thin streams that rise and fall back, and drops."""
    part = np.linspace(0.0, 1.0, 8)
    white: Colour = (250.0, 253.0, 255.0)
    solids: list[Solid] = []
    for turn in np.arange(7) * (2 * math.pi / 7) + random.uniform(0, 1):
        far, high = spread * random.uniform(0.5, 1.1), height * random.uniform(0.8, 1.05)
        points = np.column_stack(
            [far * part * math.cos(turn), far * part * math.sin(turn), 4 * high * (0.5 + part / 2) * (0.5 - part / 2)]
        ) + np.array(centre)
        solids += [Rod(a, b, 0.012, white, 0.016) for a, b in pairwise(points)]
    solids.append(rod(centre, (centre[0], centre[1], centre[2] + height), 0.02, white))
    offsets = random.normal(0, 1, (40, 3)) * np.array([0.4, 0.4, 0.3]) * [spread, spread, height]
    drops = offsets + np.array(centre) + np.array([0, 0, height * 0.7])
    tints = random.uniform(196, 240, (40, 1)) * np.array([0.95, 0.98, 1.0])
    solids.append(Leaves(drops, random.uniform(0.008, 0.022, 40), tints, "puff"))
    return solids


def _basin(radius: float, high: float, colour: Colour) -> list[Model]:
    """Build a round basin full of water, one model per wall segment."""
    sides = 20
    walls: list[Model] = []
    angles = np.arange(sides + 1) * (2 * math.pi / sides)
    for a, b in pairwise(angles):
        out = np.array([[math.cos(t) * radius, math.sin(t) * radius] for t in (a, b)])
        inner = out * (1 - 0.18 / radius)
        z0, z1 = np.zeros(2), np.full(2, high)
        outer = np.array([[*out[0], z1[0]], [*out[1], z1[1]], [*out[1], z0[1]], [*out[0], z0[0]]])
        rim = np.array([[*out[0], high], [*out[1], high], [*inner[1], high], [*inner[0], high]])
        inside = np.array([[*inner[0], high], [*inner[1], high], [*inner[1], high * 0.7], [*inner[0], high * 0.7]])
        middle = point((out[0, 0] + out[1, 0]) / 2, (out[0, 1] + out[1, 1]) / 2, 0)
        normal = middle / np.linalg.norm(middle)
        solids: list[Solid] = [
            Face(outer, colour, "stone", normal),
            Face(rim, colour, "", point(0, 0, 1)),
            Face(inside, (colour[0] * 0.7, colour[1] * 0.72, colour[2] * 0.76), "", -normal),
        ]
        walls.append(Model(solids, middle))
    disc = np.column_stack([np.cos(angles[:-1]), np.sin(angles[:-1]), np.zeros(sides)]) * (radius - 0.15)
    water = Model([Face(disc + np.array([0, 0, high * 0.78]), _WATER, "", point(0, 0, 1))], point(0, radius * 0.9, 0))
    return [water, *walls]


def fountain(facts: Traits, random: np.random.Generator) -> Site:
    """Build the fountain described by the traits."""
    colours: dict[str, Colour] = {"granite": (160, 158, 152), "limestone": (214, 200, 168), "iron": (62, 70, 66)}
    colour = colours[facts["material"]]
    grain = "" if facts["material"] == "iron" else "stone"
    if facts["style"] == "fountain with a spout":
        wide, high = random.uniform(1.0, 2.4), random.uniform(1.3, 2.2)
        head = box((wide, 0.5, high), (0, 0.3, 0), colour, "ashlar" if wide > 1.6 else grain)
        head += box((wide * 1.12, 0.6, 0.14), (0, 0.3, high), colour, grain)
        if random.random() < 0.5:
            gable = [[-wide * 0.5, high + 0.14], [wide * 0.5, high + 0.14], [0, high + 0.14 + wide * 0.25]]
            head += convex([np.array([[x, y, z] for x, z in gable]) for y in (0.05, 0.55)], colour, grain)
        trough = box((wide * 0.9, 0.75, 0.5), (0, -0.35, 0), colour, grain)
        top = np.array(
            [
                [-wide * 0.38, -0.05, 0.51],
                [wide * 0.38, -0.05, 0.51],
                [wide * 0.38, -0.62, 0.51],
                [-wide * 0.38, -0.62, 0.51],
            ]
        )
        trough.append(Face(top, (70, 110, 122), "", point(0, 0, 1)))
        spouts: list[Solid] = []
        for x in np.linspace(-0.28, 0.28, int(random.integers(1, 4))) * wide if wide > 1.3 else [0.0]:
            spouts.append(rod((float(x), 0.05, 0.95), (float(x), -0.2, 0.93), 0.03, (120, 96, 56)))
            spouts.append(rod((float(x), -0.2, 0.92), (float(x), -0.3, 0.52), 0.022, (224, 236, 242)))
        return Site(
            [Model(head, point(0, 0.4, 0)), Model(trough, point(0, -0.3, 0)), Model(spouts, point(0, -0.5, 0))],
            high + 0.2,
            wide * 1.2,
            2.0,
            0.75,
        )
    radius = random.uniform(1.4, 2.8)
    models = _basin(radius, random.uniform(0.45, 0.7), colour)
    if facts["style"] == "fountain with jets":
        high = random.uniform(1.5, 3.0)
        jets = _spray((0, 0, 0.45), high, radius * 0.35, random)
        for turn in np.arange(6) * (math.pi / 3):
            at = (radius * 0.6 * math.cos(turn), radius * 0.6 * math.sin(turn), 0.45)
            jets += _spray(at, high * 0.45, radius * 0.18, random)
        models.append(Model(jets))
        return Site(models, high + 0.4, radius * 2.1, radius + 1.2, 1.4)
    high = random.uniform(1.8, 2.8)
    solids: list[Solid] = [*drum((0.26, 0.16), high, (0, 0, 0), colour, grain, 10)]
    for part, size in ((0.55, 0.45), (0.86, 0.27)):
        solids += drum((radius * size * 0.25, radius * size), 0.24, (0, 0, high * part), colour, grain)
    solids += [
        Ball(point(0, 0, high + 0.1), 0.17, colour),
        *_spray((0, 0, high), 0.5, radius * 0.25, random),
        *_spray((0, 0, high * 0.55), 0.3, radius * 0.5, random),
    ]
    models.append(Model(solids))
    return Site(models, high + 0.4, radius * 2.1, radius + 1.2, 1.4)


def _parasol(colour: Colour) -> Model:
    shade = drum((1.15, 0.05), 0.5, (0, 0, 2.0), colour, sides=9)
    bed = box((0.65, 1.8, 0.1), (0.9, 0, 0.3), (240, 240, 236))
    return Model([rod((0, 0, 0), (0, 0, 2.4), 0.03, (220, 220, 220)), *shade, *bed])


def pool(facts: Traits, random: np.random.Generator) -> Site:
    """Build the swimming pool described by the traits: water, edge, ladders, lanes, parasols."""
    half, deep = random.uniform(4.0, 7.0), random.uniform(2.6, 4.5)
    round_ = facts["style"] == "round pool"
    tint = (random.uniform(0.75, 1.1), random.uniform(0.95, 1.15), random.uniform(1.05, 1.25))
    patches = (
        Patch(0, deep, half + 1.6, deep + 1.4, "paving", 0, round_, 0.03, (1.15, 1.12, 1.08)),
        Patch(0, deep, half + 0.25, deep + 0.25, "concrete", 0, round_, 0.02, (1.3, 1.3, 1.28)),
        Patch(0, deep, half, deep, "water", 0, round_, 0.02, tint),
    )
    models: list[Model] = []
    if facts["lanes"] == "lanes" and not round_:
        for y in np.linspace(0, 2 * deep, int(random.integers(4, 7)))[1:-1]:
            floats: list[Solid] = []
            for index, x in enumerate(np.linspace(-half, half, 15)[:-1]):
                tone: Colour = (214, 50, 46) if index % 2 else (240, 240, 240)
                floats.append(rod((float(x), float(y), 0.03), (float(x) + half / 7, float(y), 0.03), 0.07, tone))
            models.append(Model(floats, point(0, float(y), 0)))
    for side in (-1, 1):
        x = side * half * (0.92 if not round_ else 0.7)
        y = 2 * deep * random.uniform(0.5, 0.8) if not round_ else deep
        rails: list[Solid] = []
        for dy in (-0.25, 0.25):
            arch = [
                (x + side * (0.1 + 0.45 * t), y + dy, 0.85 * math.sin(math.pi * (0.15 + 0.8 * t)))
                for t in np.linspace(0, 1, 6)
            ]
            rails += [rod(a, b, 0.03, (206, 210, 214)) for a, b in pairwise(arch)]
        models.append(Model(rails, point(x, y, 0)))
    if random.random() < 0.4:
        chair = [
            rod((dx, dy, 0), (dx * 0.7, dy * 0.7, 1.6), 0.04, (236, 236, 232))
            for dx in (-0.4, 0.4)
            for dy in (-0.4, 0.4)
        ]
        models.append(
            Model([*chair, *box((0.7, 0.7, 0.08), (0, 0, 1.6), (222, 60, 50))]).placed(
                half * random.uniform(-0.8, 0.8), 2 * deep + 0.8
            )
        )
    colours: dict[str, Colour] = {
        "blue": (40, 110, 190),
        "orange": (236, 134, 48),
        "green": (80, 150, 90),
        "white": (240, 238, 230),
    }
    models += [
        _parasol(colours[facts["colour"]]).placed(random.uniform(-1.2, 1.2) * half, 2 * deep + random.uniform(1.8, 3.5))
        for _ in range(int(random.integers(1, 5)))
    ]
    shifted = [model.placed(0, -deep) for model in models]
    shifted_patches = tuple(replace(patch, y=0.0) for patch in patches)
    return Site(shifted, 1.6, half * 1.25, half * 1.2, 0.8, shifted_patches, (1.6, 4.0))
