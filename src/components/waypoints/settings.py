"""Settings of an object (trail, woods, meadow, park, street, plaza, village) and what each contains."""

from dataclasses import dataclass

import numpy as np

from components.waypoints.solids import Colour

SETTINGS = ("trail", "woods", "meadow", "park", "street", "plaza", "village")

GROUNDS: dict[str, tuple[str, Colour]] = {
    "grass": ("grass", (104, 132, 58)),
    "dry grass": ("grass", (170, 150, 96)),
    "soil": ("soil", (164, 128, 92)),
    "red soil": ("soil", (164, 104, 72)),
    "gravel": ("gravel", (172, 164, 150)),
    "sand": ("soil", (206, 184, 140)),
    "paving": ("paving", (176, 170, 162)),
    "red paving": ("paving", (172, 128, 112)),
    "cobbles": ("ashlar", (146, 142, 138)),
    "asphalt": ("asphalt", (104, 104, 108)),
    "concrete": ("concrete", (176, 174, 168)),
    "leaves": ("soil", (130, 98, 60)),
    "green rubber": ("rubber", (88, 122, 86)),
    "red rubber": ("rubber", (166, 84, 72)),
    "blue rubber": ("rubber", (92, 112, 138)),
    "water": ("water", (70, 150, 178)),
}
"""Texture and colour of each kind of ground."""


@dataclass(frozen=True)
class Look:
    """Contents of a setting.

    Attributes:
        base: Grounds to choose from.
        path: Grounds of the path to choose from; "" means no path.
        trees: Smallest and largest number of trees.
        buildings: Smallest and largest number of buildings.
        clutter: Clutter to choose from, keys of `clutter.PIECES`.
        urban: Whether the setting is part of a town.
    """

    base: tuple[str, ...]
    path: tuple[str, ...]
    trees: tuple[int, int]
    buildings: tuple[int, int]
    clutter: tuple[str, ...]
    urban: bool


LOOKS: dict[str, Look] = {
    "trail": Look(
        base=("grass", "dry grass", "soil"),
        path=("soil", "gravel", "sand", "red soil"),
        trees=(2, 7),
        buildings=(0, 1),
        clutter=("rock", "bush", "post", "fence", "stone wall", "sign", "hiker", "bench"),
        urban=False,
    ),
    "woods": Look(
        base=("leaves", "grass", "soil"),
        path=("soil", "gravel", ""),
        trees=(8, 14),
        buildings=(0, 0),
        clutter=("rock", "bush", "post", "fence", "hiker", "bench"),
        urban=False,
    ),
    "meadow": Look(
        base=("grass", "dry grass"),
        path=("", "soil"),
        trees=(1, 5),
        buildings=(0, 2),
        clutter=("rock", "bush", "fence", "stone wall", "post", "bench"),
        urban=False,
    ),
    "park": Look(
        base=("grass", "dry grass", "sand"),
        path=("paving", "soil", "gravel", "concrete"),
        trees=(4, 9),
        buildings=(0, 3),
        clutter=("bench", "bin", "lamp", "bush", "walker", "sign", "rock", "fence", "table"),
        urban=True,
    ),
    "street": Look(
        base=("paving", "concrete", "red paving"),
        path=("asphalt",),
        trees=(1, 4),
        buildings=(2, 5),
        clutter=("car", "bin", "lamp", "bollard", "walker", "sign", "container", "bench"),
        urban=True,
    ),
    "plaza": Look(
        base=("paving", "red paving", "cobbles", "concrete"),
        path=("",),
        trees=(1, 5),
        buildings=(2, 5),
        clutter=("bench", "bin", "lamp", "bollard", "walker", "planter", "sign", "table", "car"),
        urban=True,
    ),
    "village": Look(
        base=("concrete", "soil", "cobbles", "gravel", "grass"),
        path=("asphalt", "soil", ""),
        trees=(1, 5),
        buildings=(1, 4),
        clutter=("car", "stone wall", "lamp", "bench", "planter", "walker", "sign", "bush"),
        urban=True,
    ),
}

# Probability of each of SETTINGS by kind of object, for a factor `rural` of 1.
_PROBABILITIES: dict[str, tuple[float, ...]] = {
    "camino_santiago": (0.38, 0.14, 0.10, 0.10, 0.10, 0.04, 0.14),
    "cartel": (0.22, 0.12, 0.08, 0.22, 0.10, 0.12, 0.14),
    "marcador": (0.36, 0.20, 0.14, 0.12, 0.04, 0.02, 0.12),
    "parque": (0.04, 0.05, 0.06, 0.49, 0.10, 0.16, 0.10),
    "mural": (0.0, 0.0, 0.0, 0.12, 0.40, 0.20, 0.28),
    "fountain": (0.10, 0.06, 0.04, 0.28, 0.08, 0.24, 0.20),
    "pool": (0.0, 0.0, 0.18, 0.52, 0.0, 0.20, 0.10),
    "church": (0.06, 0.0, 0.12, 0.08, 0.14, 0.28, 0.32),
    "sculpture": (0.04, 0.04, 0.08, 0.34, 0.14, 0.26, 0.10),
    "court": (0.02, 0.04, 0.10, 0.50, 0.10, 0.12, 0.12),
}


@dataclass(frozen=True)
class Setting:
    """The setting of one object; image and description are both made from it.

    Attributes:
        name: One of `SETTINGS`.
        base: Ground around the object, a key of `GROUNDS`.
        path: Ground of the path next to it; "" for no path.
        species: Species of the trees.
    """

    name: str
    base: str
    path: str
    species: str


def setting_for(kind: str, species: tuple[str, ...], dry: float, rural: float, random: np.random.Generator) -> Setting:
    """Draw the setting of an object.

    Args:
        kind: The kind of object.
        species: Tree species of the region to choose from.
        dry: Probability of dry grass in the region.
        rural: Factor on the probability of trails, woods and meadows.
        random: Source of randomness.
    """
    weights = np.array(_PROBABILITIES[kind]) * np.array([rural, rural, rural, 1, 1, 1, 1])
    name = str(random.choice(SETTINGS, p=weights / weights.sum()))
    look = LOOKS[name]
    base, path = str(random.choice(look.base)), str(random.choice(look.path))
    if base in ("grass", "dry grass"):
        base = "dry grass" if random.random() < dry else "grass"
    return Setting(name, base, path if path != base else "", str(random.choice(species)))
