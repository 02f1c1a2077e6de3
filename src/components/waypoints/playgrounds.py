"""Class parque: slides, swings, climbing frames, seesaws and spring riders on sand or rubber."""

import math
from itertools import pairwise

import numpy as np

from components.waypoints import gym_equipment
from components.waypoints.backdrop import Patch
from components.waypoints.region import Region
from components.waypoints.site import Site, Traits
from components.waypoints.solids import Ball, Colour, Face, Model, Solid, box, convex, drum, extruded, point, rod

PALETTES: dict[str, tuple[Colour, ...]] = {
    "primary": ((214, 46, 42), (240, 196, 40), (38, 96, 180), (52, 150, 76)),
    "pastel": ((236, 130, 74), (120, 196, 206), (170, 204, 84), (196, 120, 180)),
    "wood": ((140, 104, 68), (160, 126, 86), (96, 120, 70), (176, 60, 48)),
    "steel": ((158, 162, 166), (70, 76, 82), (206, 70, 50), (224, 178, 50)),
}
_GROUNDS = ("sand", "gravel", "green rubber", "red rubber", "blue rubber", "grass")
_PIECES = ("tower with a slide", "swings", "climbing dome", "seesaw", "spring riders", "rope pyramid", "monkey bars")


def traits(region: Region, random: np.random.Generator) -> Traits:
    """Draw the traits of a playground, or of an outdoor gym, in a region."""
    if random.random() < 0.24:
        return gym_equipment.traits(random)
    first, second = random.choice(_PIECES, size=2, replace=False, p=[0.32, 0.2, 0.1, 0.1, 0.1, 0.08, 0.1])
    palette = str(random.choice(region.play)) if random.random() < 0.8 else str(random.choice(list(PALETTES)))
    return {
        "style": "playground",
        "piece": str(first),
        "also": str(second),
        "palette": palette,
        "ground": str(random.choice(_GROUNDS, p=[0.3, 0.14, 0.16, 0.16, 0.1, 0.14])),
        "fence": str(random.choice(["coloured fence", "no fence"], p=[0.4, 0.6])),
    }


def _slide(colours: list[Colour], high: float, long: float) -> list[Solid]:
    """Build a chute that runs down along x from (0, 0, high)."""
    darker = (colours[0][0] * 0.9, colours[0][1] * 0.9, colours[0][2] * 0.9)
    solids: list[Solid] = []
    steps = np.linspace(0, 1, 7)
    x, z = steps * long, high * (1 - steps) ** 1.15 + 0.18 * steps
    for i in range(6):
        bed = np.array(
            [[x[i], -0.24, z[i]], [x[i + 1], -0.24, z[i + 1]], [x[i + 1], 0.24, z[i + 1]], [x[i], 0.24, z[i]]]
        )
        solids.append(Face(bed, colours[0]))
        for side in (-0.24, 0.24):
            rim = np.array(
                [
                    [x[i], side, z[i] + 0.2],
                    [x[i + 1], side, z[i + 1] + 0.2],
                    [x[i + 1], side, z[i + 1] - 0.05],
                    [x[i], side, z[i] - 0.05],
                ]
            )
            solids.append(Face(rim, darker))
    return solids


def tower(colours: list[Colour], random: np.random.Generator) -> Model:
    """Build a platform with a roof, a slide on one side and a ladder or climbing wall on the other."""
    floor, half = random.uniform(1.0, 1.6), random.uniform(0.5, 0.7)
    post, roof = colours[1], colours[2]
    solids: list[Solid] = []
    for x in (-half, half):
        solids += [rod((x, y, 0), (x, y, floor + 1.5), 0.055, post) for y in (-half, half)]
    solids += box((half * 2.1, half * 2.1, 0.1), (0, 0, floor), colours[3], "wood")
    for y in (-half, half):
        panel = np.array(
            [[-half, y, floor + 0.75], [half, y, floor + 0.75], [half, y, floor + 0.12], [-half, y, floor + 0.12]]
        )
        solids.append(Face(panel, colours[0] if y < 0 else colours[3]))
    top, rise, over = floor + 1.5, random.uniform(0.4, 0.75), half * 1.2
    if random.random() < 0.75:
        eaves = [point(-over, -over, top), point(over, -over, top), point(over, over, top), point(-over, over, top)]
        if random.random() < 0.5:
            ridge = [point(-over, 0, top + rise), point(over, 0, top + rise)]
            solids += [
                Face(np.stack([ridge[0], ridge[1], eaves[1], eaves[0]]), roof),
                Face(np.stack([ridge[1], ridge[0], eaves[3], eaves[2]]), roof),
            ]
        else:
            tip = point(0, 0, top + rise * 1.3)
            solids += convex([np.stack([tip, eaves[i], eaves[(i + 1) % 4]]) for i in range(4)], roof)
    chute = Model(_slide([colours[random.integers(4)]], floor + 0.1, floor * random.uniform(1.5, 1.9)))
    solids += chute.placed(half, 0).solids
    if random.random() < 0.55:
        for side in (-0.22, 0.22):
            solids.append(rod((-half - 0.6, side, 0), (-half, side, floor + 0.5), 0.03, post))
        for step in range(5):
            part = (step + 0.5) / 5
            x, z = -half - 0.6 * (1 - part), floor * part
            solids.append(rod((x, -0.22, z), (x, 0.22, z), 0.025, post))
    else:
        ramp = np.array([[-half, -half, floor], [-half, half, floor], [-half - 0.8, half, 0], [-half - 0.8, -half, 0]])
        solids.append(Face(ramp, colours[3]))
        for _ in range(9):
            part, y = random.uniform(0.1, 0.95), random.uniform(-half, half) * 0.8
            solids.append(
                Ball(point(-half - 0.8 * (1 - part) - 0.04, y, floor * part + 0.04), 0.06, colours[random.integers(3)])
            )
    return Model(solids)


def swings(colours: list[Colour], random: np.random.Generator) -> Model:
    """Build two swings on a bar between two A-shaped frames."""
    high, long = random.uniform(2.0, 2.5), random.uniform(2.6, 3.6)
    solids: list[Solid] = [rod((-long / 2, 0, high), (long / 2, 0, high), 0.055, colours[0])]
    for x in (-long / 2, long / 2):
        solids += [rod((x * 1.04, y, 0), (x, 0, high), 0.05, colours[1]) for y in (-0.8, 0.8)]
    for x in (-long / 4, long / 4):
        swing = random.normal(0, 0.25)
        y, z = math.sin(swing) * (high - 0.5), high - math.cos(swing) * (high - 0.5)
        solids += [rod((x + side, 0, high), (x + side, y, z), 0.012, (96, 98, 100)) for side in (-0.22, 0.22)]
        solids += box((0.5, 0.22, 0.06), (x, y, z - 0.05), (40, 40, 44) if random.random() < 0.5 else colours[2])
        if random.random() < 0.4:
            solids += box((0.5, 0.05, 0.3), (x, y + 0.12, z), colours[2])
    return Model(solids)


def dome(colours: list[Colour], random: np.random.Generator) -> Model:
    """Build a climbing dome of bars."""
    radius, solids = random.uniform(1.1, 1.6), list[Solid]()
    levels = [(0.0, 1.0), (0.5, 0.86), (0.86, 0.5), (1.0, 0.0)]
    sides = 8
    for (z0, r0), (z1, r1) in pairwise(levels):
        for i in range(sides):
            a, b = 2 * math.pi * i / sides, 2 * math.pi * (i + 1) / sides
            low = (radius * r0 * math.cos(a), radius * r0 * math.sin(a), radius * z0)
            next_low = (radius * r0 * math.cos(b), radius * r0 * math.sin(b), radius * z0)
            high = (radius * r1 * math.cos(a), radius * r1 * math.sin(a), radius * z1)
            solids.append(rod(low, high, 0.028, colours[i % 2]))
            if z0 > 0:
                solids.append(rod(low, next_low, 0.025, colours[2]))
    return Model(solids)


def pyramid(colours: list[Colour], random: np.random.Generator) -> Model:
    """Build a pyramid of ropes around a mast."""
    high, half, solids = random.uniform(2.4, 3.2), random.uniform(1.4, 1.8), list[Solid]()
    solids.append(rod((0, 0, 0), (0, 0, high + 0.1), 0.06, colours[1]))
    corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
    for i, (x, y) in enumerate(corners):
        after = corners[(i + 1) % 4]
        for part in (0.0, 0.33, 0.66):
            foot = (x + (after[0] - x) * part, y + (after[1] - y) * part, 0.2)
            solids.append(rod(foot, (0, 0, high), 0.014, colours[0]))
        for level in (0.05, 0.25, 0.45, 0.65, 0.82):
            z, k = 0.2 + (high - 0.2) * level, 1 - level
            solids.append(rod((x * k, y * k, z), (after[0] * k, after[1] * k, z), 0.014, colours[0]))
    return Model(solids)


def seesaw(colours: list[Colour], random: np.random.Generator) -> Model:
    """Build a seesaw with one end up."""
    tilt, half = random.choice([-1, 1]) * random.uniform(0.15, 0.32), random.uniform(1.2, 1.5)
    rise = math.sin(tilt) * half
    solids: list[Solid] = [rod((-half, 0, 0.5 - rise), (half, 0, 0.5 + rise), 0.06, colours[0])]
    solids += drum((0.22, 0.12), 0.5, (0, 0, 0), colours[1], sides=8)
    for end in (-1, 1):
        x, z = end * half * 0.92, 0.5 + end * rise * 0.92
        solids += box((0.34, 0.3, 0.05), (x, 0, z + 0.05), colours[2])
        solids.append(rod((x - end * 0.3, 0, z), (x - end * 0.3, 0, z + 0.32), 0.018, colours[1]))
        solids.append(rod((x - end * 0.3, -0.18, z + 0.32), (x - end * 0.3, 0.18, z + 0.32), 0.018, colours[1]))
    return Model(solids)


def rider(colours: list[Colour], random: np.random.Generator) -> Model:
    """Build a small animal on a spring."""
    solids: list[Solid] = []
    for turn in range(10):
        a, b = turn * 1.9, (turn + 1) * 1.9
        solids.append(
            rod(
                (0.1 * math.cos(a), 0.1 * math.sin(a), turn * 0.04),
                (0.1 * math.cos(b), 0.1 * math.sin(b), turn * 0.04 + 0.04),
                0.02,
                (60, 60, 64),
            )
        )
    body = [
        (-0.45, 0.45),
        (-0.4, 0.75),
        (-0.1, 0.62),
        (0.15, 0.64),
        (0.25, 0.95),
        (0.5, 0.98),
        (0.55, 0.78),
        (0.36, 0.72),
        (0.32, 0.42),
        (0.0, 0.38),
    ]
    solids += extruded(body, (-0.13, -0.07), colours[0], side=colours[1])
    solids += extruded(body, (0.07, 0.13), colours[0], side=colours[1])
    solids += box((0.36, 0.3, 0.05), (-0.05, 0, 0.62), colours[2])
    solids.append(rod((0.2, -0.25, 0.8), (0.2, 0.25, 0.8), 0.02, colours[1]))
    return Model(solids).placed(0, 0, random.uniform(-0.6, 0.6))


def bars(colours: list[Colour], random: np.random.Generator) -> Model:
    """Build monkey bars: a horizontal ladder overhead."""
    high, long, solids = random.uniform(1.8, 2.2), random.uniform(2.2, 3.0), list[Solid]()
    for y in (-0.4, 0.4):
        solids.append(rod((-long / 2, y, high), (long / 2, y, high), 0.04, colours[0]))
        for x in (-long / 2, long / 2):
            solids.append(rod((x, y, 0), (x, y, high), 0.045, colours[1]))
    for x in np.linspace(-long / 2, long / 2, 9):
        solids.append(rod((float(x), -0.4, high), (float(x), 0.4, high), 0.02, colours[2]))
    return Model(solids)


_BUILDERS = {
    "tower with a slide": (tower, 3.0, 3.6),
    "swings": (swings, 2.4, 3.4),
    "climbing dome": (dome, 1.5, 3.0),
    "rope pyramid": (pyramid, 2.9, 3.4),
    "seesaw": (seesaw, 1.0, 3.0),
    "spring riders": (rider, 1.05, 1.3),
    "monkey bars": (bars, 2.1, 2.9),
}
_REACH = {
    "tower with a slide": 2.2,
    "swings": 1.9,
    "climbing dome": 1.6,
    "rope pyramid": 1.8,
    "seesaw": 1.5,
    "spring riders": 0.8,
    "monkey bars": 1.5,
}


def _fence(half: float, colours: list[Colour]) -> list[Model]:
    """Build a low fence of coloured boards behind the playground and at its sides."""
    pieces, board = [], []
    for index, x in enumerate(np.arange(-1.0, 1.0, 0.22)):
        board += box((0.1, 0.03, 0.75), (float(x), 0, 0.1), colours[index % len(colours)])
    board += [
        rod((-1.1, 0.03, 0.3), (1.1, 0.03, 0.3), 0.025, colours[0]),
        rod((-1.1, 0.03, 0.65), (1.1, 0.03, 0.65), 0.025, colours[0]),
    ]
    piece = Model(board)
    pieces += [piece.placed(float(x), half) for x in np.arange(-half + 1.1, half, 2.2)]
    for y in np.arange(-half * 0.4, half, 2.2):
        pieces += [piece.placed(-half, float(y), math.pi / 2), piece.placed(half, float(y), math.pi / 2)]
    return pieces


def build(facts: Traits, random: np.random.Generator) -> Site:
    """Build the playground, or the outdoor gym, described by the traits."""
    if facts["style"] == "outdoor gym":
        return gym_equipment.build(facts, random)
    palette = PALETTES[facts["palette"]]
    colours = [palette[i] for i in random.permutation(len(palette))]
    make, high, wide = _BUILDERS[facts["piece"]]
    models = [make(colours, random).placed(0, 0, random.uniform(-0.9, 0.9) + random.choice([0.0, math.pi]))]
    if facts["piece"] == "spring riders":
        models.append(rider([colours[1], colours[2], colours[3]], random).placed(1.6, 0.6, random.uniform(-1, 1)))
    other, _, _ = _BUILDERS[facts["also"]]
    distance = _REACH[facts["piece"]] + _REACH[facts["also"]] + random.uniform(0.3, 1.5)
    turn = random.choice([random.uniform(0.1, 1.0), random.uniform(math.pi - 1.0, math.pi - 0.1)])
    models.append(
        other(colours[::-1], random).placed(
            distance * math.cos(turn), distance * math.sin(turn), random.uniform(0, math.pi)
        )
    )
    half = random.uniform(4.5, 6.5)
    patches = (
        Patch(
            0,
            0.8,
            half,
            half,
            facts["ground"],
            0.0,
            bool(random.random() < 0.35),
            0.2 if "rubber" not in facts["ground"] else 0.03,
        ),
    )
    if facts["fence"] == "coloured fence":
        models += _fence(half, colours)
    return Site(
        models,
        high,
        wide + random.uniform(0, 1.5),
        half,
        math.pi * 0.95 if facts["fence"] != "coloured fence" else 0.9,
        patches,
    )
