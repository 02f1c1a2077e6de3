"""The surroundings of one object: ground, trees, buildings and clutter, the same in every photo of the object."""

import math
from dataclasses import dataclass

import numpy as np

from components.waypoints.backdrop import Land, Patch
from components.waypoints.buildings import house, wall
from components.waypoints.clutter import PIECES
from components.waypoints.region import Region
from components.waypoints.settings import LOOKS, Setting
from components.waypoints.site import Site
from components.waypoints.solids import Colour, Model
from components.waypoints.vegetation import hedge, tree, tufts_of_grass

_REACH = {
    "bench": 0.9,
    "table": 1.0,
    "car": 2.3,
    "fence": 1.9,
    "stone wall": 2.2,
    "container": 0.9,
    "bush": 0.9,
    "rock": 0.7,
}


@dataclass(frozen=True)
class PlacedModel:
    """A model of the surroundings and the radius in metres of the circle that it occupies."""

    model: Model
    radius: float


@dataclass(frozen=True)
class Surroundings:
    """Ground, horizon and models around an object."""

    land: Land
    models: list[PlacedModel]


def _path(setting: Setting, clear: float, random: np.random.Generator) -> list[Patch]:
    """Return the path or street next to the object, if the setting has one."""
    if not setting.path:
        return []
    half = {"street": random.uniform(2.5, 4.0), "village": random.uniform(1.5, 2.8)}.get(
        setting.name, random.uniform(0.6, 1.4)
    )
    edge = 0.04 if setting.name == "street" else 0.25
    offset = min(clear, 2.0) * 0.55 + half + random.uniform(0.1, 2.0)
    draw, bend = random.random(), random.normal(0, 0.3)
    if draw < 0.55:
        return [Patch(0, -offset, 80, half, setting.path, bend * 0.6, False, edge)]
    if draw < 0.8:
        return [Patch(random.choice([-1, 1]) * offset, 0, 80, half, setting.path, math.pi / 2 + bend, False, edge)]
    return [Patch(0, max(offset, clear + half), 80, half, setting.path, bend * 0.6, False, edge)]


def _land(region: Region, setting: Setting, site: Site, seed: int, random: np.random.Generator) -> Land:
    tint = np.array(region.tint) * random.normal(1.0, 0.07) * random.normal(1.0, 0.035, 3)
    patches = _path(setting, site.clear, random)
    for _ in range(int(random.integers(0, 4))):
        x, y = random.uniform(-9, 9), random.uniform(-4, 14)
        ground = str(random.choice(["soil", "grass", "dry grass", "gravel", "leaves"]))
        patches.insert(
            0, Patch(x, y, random.uniform(0.7, 4), random.uniform(0.7, 3), ground, random.uniform(0, 3), True, 0.5)
        )
    woods: Colour = (random.uniform(58, 96), random.uniform(82, 108), random.uniform(44, 66))
    urban = LOOKS[setting.name].urban
    return Land(
        base=setting.base,
        patches=(*patches, *site.patches),
        tint=(float(tint[0]), float(tint[1]), float(tint[2])),
        hill_colour=region.hill_colour,
        hill_height=region.hills * random.uniform(0.2, 1.5) * (0.6 if urban else 1.0),
        wood_colour=woods,
        wood_height=random.uniform(0.25, 0.6) if setting.name == "woods" else random.uniform(0.02, 0.14),
        seed=seed,
    )


def _trees(setting: Setting, site: Site, month: int, random: np.random.Generator) -> list[PlacedModel]:
    models = []
    low, high = LOOKS[setting.name].trees
    for _ in range(int(random.integers(low, high + 1))):
        near = site.clear + random.uniform(1.5, 5)
        distance, turn = random.uniform(near, near + 24), random.uniform(-0.5, math.pi + 0.5)
        tall = random.uniform(3.0, 5.0) if setting.species in ("olive", "palm") else random.uniform(4.5, 11.0)
        model = tree(setting.species, tall, month, random)
        models.append(
            PlacedModel(
                model.placed(distance * math.cos(turn), distance * math.sin(turn), random.uniform(0, 6)), tall * 0.3
            )
        )
    if random.random() < 0.2:
        green: Colour = (random.uniform(64, 96), random.uniform(92, 116), 52)
        models += [
            PlacedModel(segment.placed(random.uniform(-1, 1), site.clear + 2.5), 0.8)
            for segment in hedge(random.uniform(5, 12), random.uniform(0.7, 1.4), green, random)
        ]
    return models


def _buildings(region: Region, setting: Setting, site: Site, random: np.random.Generator) -> list[PlacedModel]:
    models, x = [], random.uniform(-24, -12)
    low, high = LOOKS[setting.name].buildings
    for _ in range(int(random.integers(low, high + 1))):
        wide = random.uniform(7, 14)
        storeys = int(
            random.choice([1, 2, 3, 5], p=[0.3, 0.4, 0.2, 0.1] if setting.name == "village" else [0.1, 0.35, 0.3, 0.25])
        )
        y = site.clear + random.uniform(8, 22) * (1.0 if setting.name != "park" else 1.8)
        model = house(region.building, storeys, wide, random)
        models.append(PlacedModel(model.placed(x + wide / 2, y + 4, random.normal(0, 0.06)), wide * 0.7))
        x += wide + random.uniform(0, 6)
    if random.random() < 0.18:
        colour: Colour = (random.uniform(150, 220), random.uniform(140, 200), random.uniform(120, 180))
        texture, height = str(random.choice(["plaster", "ashlar", "brick", "concrete"])), random.uniform(0.9, 2.2)
        back, turn = site.clear + random.uniform(0.5, 4), random.normal(0, 0.1)
        models += [
            PlacedModel(segment.placed(0, back, turn), 1.2)
            for segment in wall(random.uniform(6, 18), height, colour, texture)
        ]
    return models


def _clutter(setting: Setting, site: Site, random: np.random.Generator) -> list[PlacedModel]:
    models = []
    choice = LOOKS[setting.name].clutter
    for _ in range(int(random.integers(1, 6))):
        name = str(random.choice(choice))
        distance = site.clear + random.uniform(0.2, 9.0) + (2.0 if name == "car" else 0.0)
        turn = random.uniform(-0.6, math.pi + 0.6)
        facing = random.choice([0.0, random.uniform(-0.6, 0.6), random.uniform(-3, 3)])
        model = PIECES[name](random).placed(distance * math.cos(turn), distance * math.sin(turn), facing)
        models.append(PlacedModel(model, _REACH.get(name, 0.4)))
    return models


def surroundings(
    region: Region, setting: Setting, site: Site, other: Site | None, month: int, seed: int, random: np.random.Generator
) -> Surroundings:
    """Build the surroundings of an object.

    Args:
        region: Region of the object.
        setting: Setting of the object.
        site: The object itself.
        other: Object of another kind in the background; None for none.
        month: Month, 1 to 12; decides the leaves of the trees.
        seed: Seed of the skyline.
        random: Generator of everything else; equal generators give equal surroundings.
    """
    land = _land(region, setting, site, seed, random)
    models = _clutter(setting, site, random)
    models += _buildings(region, setting, site, random)
    if other is not None:
        side, back = random.uniform(-7, 7), site.clear + other.clear + random.uniform(4, 12)
        models += [PlacedModel(model.placed(side, back, 0.0), 1.5) for model in other.models]
    if setting.base in ("grass", "dry grass", "leaves", "soil"):
        green: Colour = (96, 120, 54) if setting.base != "dry grass" else (166, 146, 90)
        tufts = tufts_of_grass(60, 6.0, green, random, (0.0, -0.5))
        models += [PlacedModel(tuft, 0.0) for tuft in tufts if np.hypot(*tuft.anchor[:2]) > site.clear * 0.8]
    # Trees come last because the number of random draws for them depends on the month.
    models += _trees(setting, site, month, random)
    return Surroundings(land, models)
