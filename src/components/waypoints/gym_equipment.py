"""Class parque: outdoor gyms, exercise machines of painted steel for adults."""

import math
from itertools import pairwise

import numpy as np

from components.waypoints.backdrop import Patch
from components.waypoints.site import Site, Traits
from components.waypoints.solids import Colour, Model, Solid, box, drum, rod

_PAINTS: dict[str, tuple[Colour, Colour]] = {
    "blue and yellow": ((34, 84, 160), (238, 196, 48)),
    "green and yellow": ((44, 116, 66), (236, 200, 60)),
    "green and grey": ((58, 124, 78), (150, 154, 156)),
    "red and grey": ((186, 46, 44), (156, 160, 162)),
    "grey and orange": ((92, 98, 104), (226, 128, 40)),
}
MACHINES = ("air walker", "elliptical trainer", "chest press", "turning wheels", "twister", "parallel bars")


def traits(random: np.random.Generator) -> Traits:
    """Draw the traits of an outdoor gym."""
    first, second = random.choice(MACHINES, size=2, replace=False)
    return {
        "style": "outdoor gym",
        "piece": str(first),
        "also": str(second),
        "palette": str(random.choice(list(_PAINTS))),
        "ground": str(random.choice(["gravel", "concrete", "sand", "green rubber", "grass", "paving"])),
    }


def _walker(main: Colour, second: Colour, random: np.random.Generator) -> list[Solid]:
    solids: list[Solid] = [rod((-0.7, 0, 0), (-0.7, 0, 1.35), 0.06, main), rod((0.7, 0, 0), (0.7, 0, 1.35), 0.06, main)]
    solids += [
        rod((-0.7, 0, 1.2), (0.7, 0, 1.2), 0.045, main),
        rod((-0.4, -0.3, 1.35), (0.4, -0.3, 1.35), 0.025, second),
    ]
    for x in (-0.4, 0.4):
        solids.append(rod((x, 0, 1.2), (x, -0.3, 1.35), 0.025, second))
        y = random.uniform(-0.35, 0.35)
        solids.append(rod((x * 0.5, 0, 1.2), (x * 0.5, y, 0.25), 0.03, second))
        solids += box((0.16, 0.36, 0.05), (x * 0.5, y, 0.2), main)
    return solids


def _elliptical(main: Colour, second: Colour, _random: np.random.Generator) -> list[Solid]:
    solids: list[Solid] = [
        rod((0, 0.3, 0), (0, 0.3, 1.2), 0.06, main),
        *drum((0.28, 0.28), 0.14, (0, 0.3, 0.35), second, sides=10),
    ]
    for x, lean in ((-0.25, 0.15), (0.25, -0.15)):
        solids.append(rod((x, 0.3, 0.5), (x, 0.1 + lean, 1.5), 0.025, second))
        solids.append(rod((x, 0.3, 0.5), (x, -0.5, 0.3 + lean), 0.03, second))
        solids += box((0.14, 0.36, 0.05), (x, -0.45, 0.3 + lean), main)
    solids.append(rod((-0.3, 0.3, 1.1), (0.3, 0.3, 1.1), 0.03, main))
    return solids


def _press(main: Colour, second: Colour, _random: np.random.Generator) -> list[Solid]:
    solids: list[Solid] = [
        rod((0, 0.3, 0), (0, 0.3, 1.9), 0.07, main),
        rod((-0.6, 0.2, 1.75), (0.6, 0.2, 1.75), 0.04, main),
    ]
    for x in (-0.5, 0.5):
        solids += [*box((0.4, 0.38, 0.06), (x, 0, 0.48), second), *box((0.4, 0.06, 0.6), (x, 0.24, 0.6), second)]
        solids.append(rod((x, 0.2, 0), (x, 0.1, 0.48), 0.04, main))
        for side in (-0.24, 0.24):
            solids.append(rod((x + side, 0.2, 1.75), (x + side, -0.35, 0.95), 0.025, main))
    return solids


def _wheels(main: Colour, second: Colour, random: np.random.Generator) -> list[Solid]:
    solids: list[Solid] = [rod((0, 0, 0), (0, 0, 1.7), 0.07, main)]
    for x, z in ((-0.5, 1.25), (0.5, 1.25)):
        solids.append(rod((0, 0, z + 0.1), (x, 0, z), 0.035, main))
        points = [(x + 0.34 * math.cos(a), -0.1, z + 0.34 * math.sin(a)) for a in np.linspace(0, 2 * math.pi, 15)]
        solids += [rod(a, b, 0.022, second) for a, b in pairwise(points)]
        spoke = random.uniform(0, math.pi)
        for turn in (spoke, spoke + math.pi / 2):
            dx, dz = 0.34 * math.cos(turn), 0.34 * math.sin(turn)
            solids.append(rod((x - dx, -0.1, z - dz), (x + dx, -0.1, z + dz), 0.016, second))
    return solids


def _twister(main: Colour, second: Colour, random: np.random.Generator) -> list[Solid]:
    solids: list[Solid] = [rod((0, 0, 0), (0, 0, 1.3), 0.06, main)]
    for turn in np.arange(3) * (2 * math.pi / 3) + random.uniform(0, 2):
        x, y = 0.55 * math.cos(turn), 0.55 * math.sin(turn)
        solids += drum((0.2, 0.2), 0.05, (x, y, 0.16), second, sides=12)
        solids += [rod((x, y, 0), (x, y, 0.16), 0.05, main), rod((0, 0, 0.1), (x, y, 0.1), 0.03, main)]
        solids.append(rod((0, 0, 1.25), (x * 0.7, y * 0.7, 1.25), 0.025, second))
    return solids


def _parallel(main: Colour, second: Colour, random: np.random.Generator) -> list[Solid]:
    solids: list[Solid] = []
    high = random.uniform(1.1, 1.5)
    for y in (-0.3, 0.3):
        solids.append(rod((-1.0, y, high), (1.0, y, high), 0.03, second))
        solids += [rod((x, y, 0), (x, y, high), 0.05, main) for x in (-0.9, 0.9)]
    return solids


_BUILDERS = {
    "air walker": _walker,
    "elliptical trainer": _elliptical,
    "chest press": _press,
    "turning wheels": _wheels,
    "twister": _twister,
    "parallel bars": _parallel,
}


def build(facts: Traits, random: np.random.Generator) -> Site:
    """Build the outdoor gym described by the traits: two to four machines in a row."""
    main, second = _PAINTS[facts["palette"]]
    models, count = [], int(random.integers(2, 5))
    for index in range(count):
        name = facts["piece"] if index == 0 else facts["also"] if index == 1 else str(random.choice(MACHINES))
        x = ((index + 1) // 2) * (1 if index % 2 else -1) * random.uniform(1.9, 2.4)
        machine = Model(_BUILDERS[name](main, second, random))
        models.append(machine.placed(x, abs(x) * random.uniform(0.0, 0.5), random.uniform(-0.7, 0.7)))
    half = random.uniform(3.0, 5.0)
    patch = Patch(0, 0.5, half * 1.3, half, facts["ground"], random.uniform(-0.1, 0.1), False, 0.06)
    return Site(models, 1.8, random.uniform(1.8, 3.6), half * 0.8, 0.9, (patch,))
