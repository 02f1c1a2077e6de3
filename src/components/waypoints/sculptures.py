"""Class resto: sculptures and monuments on pedestals."""

import math
from itertools import pairwise

import numpy as np

from components.waypoints.region import Region
from components.waypoints.site import Site, Traits
from components.waypoints.solids import Ball, Colour, Model, Rod, Solid, box, drum, point, rod

_MATERIALS: dict[str, Colour] = {
    "bronze": (92, 76, 54),
    "stone": (190, 184, 170),
    "steel": (160, 166, 172),
    "rusted steel": (142, 78, 46),
    "iron": (58, 58, 62),
}
_FORMS = ("figure", "bust", "ring", "twisted column", "spheres", "abstract blades")


def traits(_region: Region, random: np.random.Generator) -> Traits:
    """Draw the traits of a sculpture."""
    form = str(random.choice(_FORMS))
    materials = {"figure": ["bronze", "stone"], "bust": ["bronze", "stone"]}.get(
        form, ["steel", "rusted steel", "iron", "stone"]
    )
    return {
        "form": form,
        "material": str(random.choice(materials)),
        "base": str(random.choice(["granite", "limestone", "concrete"])),
    }


def _figure(colour: Colour, random: np.random.Generator) -> tuple[list[Solid], float]:
    tall, raised = random.uniform(1.7, 2.4), random.uniform(-0.6, 1.2)
    hip, shoulder, w = tall * 0.5, tall * 0.8, tall * 0.11
    solids: list[Solid] = [
        Rod(point(-w * 0.6, 0, 0), point(-w * 0.5, 0, hip), 0.08, colour, 0.13),
        Rod(point(w * 0.6, -0.12, 0), point(w * 0.5, 0, hip), 0.08, colour, 0.13),
        Rod(point(0, 0, hip - 0.1), point(0, 0, shoulder), 0.2, colour, 0.27),
        rod((0, 0, shoulder), (0, 0, tall * 0.88), 0.08, colour),
        Ball(point(0, 0, tall * 0.93), 0.16, colour),
    ]
    reach = tall * 0.34
    solids.append(
        Rod(
            point(w * 1.6, 0, shoulder),
            point(w * 1.6 + reach * math.cos(raised), -0.15, shoulder + reach * math.sin(raised)),
            0.08,
            colour,
            0.05,
        )
    )
    solids.append(Rod(point(-w * 1.6, 0, shoulder), point(-w * 2.2, -0.1, hip * 0.95), 0.08, colour, 0.05))
    if random.random() < 0.5:
        solids += drum((tall * 0.2, w * 1.2), hip * 1.1, (0, 0, 0), colour, "", 10)
    return solids, tall


def _bust(colour: Colour, random: np.random.Generator) -> tuple[list[Solid], float]:
    size = random.uniform(0.8, 1.2)
    solids: list[Solid] = [
        *drum((0.26 * size, 0.42 * size), 0.4 * size, (0, 0, 0), colour, "", 12),
        *drum((0.42 * size, 0.14 * size), 0.16 * size, (0, 0, 0.4 * size), colour, "", 12),
    ]
    solids += [
        rod((0, 0, 0.5 * size), (0, 0, 0.7 * size), 0.11 * size, colour),
        Ball(point(0, 0, 0.86 * size), 0.21 * size, colour),
        Ball(point(0, -0.04, 0.78 * size), 0.16 * size, colour),
    ]
    return solids, 1.05 * size


def _ring(colour: Colour, random: np.random.Generator) -> tuple[list[Solid], float]:
    radius, thick = random.uniform(0.7, 1.3), random.uniform(0.08, 0.2)
    turn = np.linspace(0, 2 * math.pi, 25)
    points = [(radius * math.cos(a), 0.25 * math.sin(2 * a), radius + radius * math.sin(a)) for a in turn]
    return [rod(a, b, thick, colour) for a, b in pairwise(points)], radius * 2


def _column(colour: Colour, random: np.random.Generator) -> tuple[list[Solid], float]:
    high, solids, twist = random.uniform(2.0, 3.4), list[Solid](), random.uniform(0.15, 0.4)
    steps = 14
    for strand in range(3):
        points = []
        for i in range(steps):
            a = i * twist + strand * 2 * math.pi / 3
            r = 0.3 * (1 + 0.4 * math.sin(i / steps * math.pi))
            points.append((r * math.cos(a), r * math.sin(a), high * i / (steps - 1)))
        solids += [rod(a, b, 0.1, colour) for a, b in pairwise(points)]
    return solids, high


def _spheres(colour: Colour, random: np.random.Generator) -> tuple[list[Solid], float]:
    z, solids = 0.0, list[Solid]()
    for size in (0.55, 0.42, 0.3, 0.2)[: int(random.integers(2, 5))]:
        solids.append(Ball(point(random.normal(0, 0.06), random.normal(0, 0.06), z + size), size, colour))
        z += size * 1.8
    return solids, z


def _blades(colour: Colour, random: np.random.Generator) -> tuple[list[Solid], float]:
    solids, high = list[Solid](), random.uniform(1.6, 3.0)
    for index in range(int(random.integers(3, 6))):
        tall = high * random.uniform(0.5, 1.0)
        blade = Model(
            box((random.uniform(0.3, 0.6), 0.1, tall), (0, 0, 0), colour, "concrete", random.uniform(0.15, 0.9))
        )
        solids += blade.placed((index - 2) * 0.35, random.normal(0, 0.2), random.normal(0, 0.7)).solids
    return solids, high


_BUILDERS = {
    "figure": _figure,
    "bust": _bust,
    "ring": _ring,
    "twisted column": _column,
    "spheres": _spheres,
    "abstract blades": _blades,
}


def build(facts: Traits, random: np.random.Generator) -> Site:
    """Build the sculpture described by the traits, with its pedestal."""
    shape, tall = _BUILDERS[facts["form"]](_MATERIALS[facts["material"]], random)
    high = random.uniform(1.0, 1.6) if facts["form"] == "bust" else random.uniform(0.3, 1.4)
    wide = random.uniform(0.6, 1.3) if facts["form"] != "abstract blades" else 2.0
    colours: dict[str, Colour] = {"granite": (156, 152, 148), "limestone": (212, 196, 160), "concrete": (180, 178, 172)}
    base = box((wide, wide, high), (0, 0, 0), colours[facts["base"]], "stone", random.choice([1.0, 0.88]))
    base += box((wide * 1.3, wide * 1.3, 0.12), (0, 0, 0), colours[facts["base"]], "stone")
    figure = Model(shape).placed(0, 0, random.normal(0, 0.5), high)
    return Site(
        [Model(base), Model(figure.solids, point(0, -0.02, 0))], high + tall, max(wide * 1.3, tall * 0.5), 2.0, 1.3
    )
