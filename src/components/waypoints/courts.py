"""Class resto: sports courts with goals, hoops or nets."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np

from components.waypoints.backdrop import Patch
from components.waypoints.region import Region
from components.waypoints.site import Site, Traits
from components.waypoints.solids import Colour, Face, Model, Solid, box, point, rod

_GROUNDS = ("green rubber", "red rubber", "blue rubber", "concrete", "asphalt")


def traits(_region: Region, random: np.random.Generator) -> Traits:
    """Draw the traits of a sports court."""
    return {
        "sport": str(random.choice(["basketball", "football", "tennis"], p=[0.4, 0.35, 0.25])),
        "ground": str(random.choice(_GROUNDS)),
        "fence": str(random.choice(["wire fence", "no fence"], p=[0.6, 0.4])),
    }


def _line(a: tuple[float, float], b: tuple[float, float], wide: float = 0.1) -> Model:
    run = np.array([b[0] - a[0], b[1] - a[1]])
    side = np.array([-run[1], run[0]]) / (np.linalg.norm(run) or 1.0) * wide / 2
    corners = np.array([[*(np.array(p) + s), 0.012] for p, s in ((a, side), (b, side), (b, -side), (a, -side))])
    # The far anchor makes the painter draw lines on the ground before everything else.
    return Model([Face(corners, (238, 238, 232), "", point(0, 0, 1))], point(0, 400.0, 0))


def _circle(x: float, y: float, radius: float) -> list[Model]:
    turn = np.linspace(0, 2 * math.pi, 17)
    points = [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in turn]
    return [_line(a, b) for a, b in pairwise(points)]


def _hoop(random: np.random.Generator) -> Model:
    """Build a basketball hoop facing -y."""
    pole: Colour = ((70, 74, 80), (34, 80, 150), (160, 164, 168), (44, 110, 66))[int(random.integers(4))]
    solids: list[Solid] = [rod((0, 1.2, 0), (0, 1.0, 2.9), 0.09, pole), rod((0, 1.0, 2.9), (0, 0.1, 3.25), 0.06, pole)]
    solids += box((1.8, 0.05, 1.1), (0, 0.05, 2.85), (236, 236, 232))
    frame = [(-0.3, 3.1), (0.3, 3.1), (0.3, 3.5), (-0.3, 3.5), (-0.3, 3.1)]
    solids += [rod((a[0], -0.01, a[1]), (b[0], -0.01, b[1]), 0.02, (196, 46, 40)) for a, b in pairwise(frame)]
    turn = np.linspace(0, 2 * math.pi, 11)
    ring = [(0.23 * math.cos(a), -0.35 + 0.23 * math.sin(a), 3.05) for a in turn]
    solids += [rod(a, b, 0.018, (226, 92, 36)) for a, b in pairwise(ring)]
    solids += [rod(a, (a[0] * 0.5, (a[1] + 0.35) * 0.5 - 0.35, 2.65), 0.01, (240, 240, 240)) for a in ring]
    return Model(solids)


def _goal(wide: float) -> Model:
    """Build a football goal with a net, facing -y."""
    white: Colour = (240, 240, 236)
    solids: list[Solid] = [
        rod((-wide / 2, 0, 0), (-wide / 2, 0, 2), 0.05, white),
        rod((wide / 2, 0, 0), (wide / 2, 0, 2), 0.05, white),
        rod((-wide / 2, 0, 2), (wide / 2, 0, 2), 0.05, white),
    ]
    net: Colour = (212, 212, 208)
    for x in np.linspace(-wide / 2, wide / 2, 11):
        solids += [rod((float(x), 0.9, 0), (float(x), 0.5, 2), 0.006, net)]
    for z in np.linspace(0, 2, 8):
        y = 0.9 - 0.4 * z / 2
        solids += [
            rod((-wide / 2, y, float(z)), (wide / 2, y, float(z)), 0.006, net),
            rod((-wide / 2, 0, float(z)), (-wide / 2, y, float(z)), 0.006, net),
            rod((wide / 2, 0, float(z)), (wide / 2, y, float(z)), 0.006, net),
        ]
    return Model(solids)


def _net(wide: float) -> Model:
    """Build a tennis net along x."""
    solids: list[Solid] = [
        rod((-wide / 2, 0, 0), (-wide / 2, 0, 1.07), 0.05, (60, 62, 66)),
        rod((wide / 2, 0, 0), (wide / 2, 0, 1.07), 0.05, (60, 62, 66)),
    ]
    solids += box((wide, 0.02, 0.07), (0, 0, 0.93), (240, 240, 238))
    for x in np.linspace(-wide / 2, wide / 2, 48):
        solids.append(rod((float(x), 0, 0), (float(x), 0, 0.93), 0.006, (50, 54, 58)))
    for z in np.linspace(0.05, 0.9, 8):
        solids.append(rod((-wide / 2, 0, float(z)), (wide / 2, 0, float(z)), 0.006, (50, 54, 58)))
    return Model(solids)


def _wire(half: float, deep: float, random: np.random.Generator) -> list[Model]:
    """Build a high wire fence behind the court and along its sides."""
    colour: Colour = ((58, 104, 72), (150, 154, 156))[int(random.integers(2))]
    high = random.uniform(2.2, 3.5)
    solids: list[Solid] = [
        rod((-1.5, 0, 0), (-1.5, 0, high), 0.035, colour),
        rod((-1.5, 0, high), (1.5, 0, high), 0.025, colour),
    ]
    solids += [rod((float(x), 0, 0), (float(x), 0, high), 0.004, colour) for x in np.linspace(-1.5, 1.5, 10)]
    solids += [rod((-1.5, 0, float(z)), (1.5, 0, float(z)), 0.004, colour) for z in np.linspace(0.3, high, 7)]
    piece = Model(solids)
    models = [piece.placed(float(x), 2 * deep + 1) for x in np.arange(-half, half + 0.1, 3)]
    for y in np.arange(1.0, 2 * deep, 3):
        models += [piece.placed(-half - 1.5, float(y), math.pi / 2), piece.placed(half + 1.5, float(y), math.pi / 2)]
    return models


def build(facts: Traits, random: np.random.Generator) -> Site:
    """Build the court described by the traits; the camera is at its near end."""
    half, deep = random.uniform(5.0, 7.5), random.uniform(4.5, 7.0)
    far = 2 * deep
    rim = random.choice(["green rubber", "concrete", "sand", facts["ground"]])
    patches = (
        Patch(0, deep, half + 1.6, deep + 2.2, str(rim), 0, False, 0.03),
        Patch(0, deep, half, deep, facts["ground"], 0, False, 0.02),
    )
    models = [
        _line((-half, 0), (half, 0)),
        _line((-half, far), (half, far)),
        _line((-half, 0), (-half, far)),
        _line((half, 0), (half, far)),
    ]
    match facts["sport"]:
        case "basketball":
            models += [
                _hoop(random).placed(0, far - 0.8),
                *_circle(0, far - 5.0, 1.8),
                _line((-2.4, far), (-1.8, far - 5)),
                _line((2.4, far), (1.8, far - 5)),
                _line((-1.8, far - 5), (1.8, far - 5)),
            ]
            height, target = 3.6, far
        case "football":
            models += [
                _goal(random.uniform(3, 5)).placed(0, far),
                *_circle(0, deep, 2.2),
                _line((-half, deep), (half, deep)),
                _line((-3.5, far), (-3.5, far - 3)),
                _line((3.5, far), (3.5, far - 3)),
                _line((-3.5, far - 3), (3.5, far - 3)),
            ]
            height, target = 2.8, far
        case _:
            models += [
                _net(half * 2 + 0.6).placed(0, deep),
                _line((0, deep - 3), (0, deep + 3)),
                _line((-half * 0.76, 0), (-half * 0.76, far)),
                _line((half * 0.76, 0), (half * 0.76, far)),
                _line((-half * 0.76, deep - 3), (half * 0.76, deep - 3)),
                _line((-half * 0.76, deep + 3), (half * 0.76, deep + 3)),
            ]
            height, target = 2.4, deep
    if facts["fence"] == "wire fence":
        models += _wire(half, deep, random)
    shifted = [model.placed(0, -target * 0.8) for model in models]
    shifted_patches = tuple(replace(patch, y=patch.y - target * 0.8) for patch in patches)
    return Site(shifted, height, half * 1.3, half * 1.25, 0.6, shifted_patches, (1.5, 2.4))
