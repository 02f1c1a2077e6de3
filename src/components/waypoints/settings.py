"""Where an object stands: trail, woods, meadow, park, street, plaza or village, and what each of them looks like."""

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
"""Kinds of ground: the grain of each and its colour."""


@dataclass(frozen=True)
class Look:
    """What a setting is made of: grounds to choose from, and how many trees, buildings and pieces of clutter."""

    base: tuple[str, ...]
    path: tuple[str, ...]
    trees: tuple[int, int]
    buildings: tuple[int, int]
    clutter: tuple[str, ...]
    urban: bool


LOOKS: dict[str, Look] = {
    "trail": Look(
        ("grass", "dry grass", "soil"),
        ("soil", "gravel", "sand", "red soil"),
        (2, 7),
        (0, 1),
        ("rock", "bush", "post", "fence", "stone wall", "sign", "hiker", "bench"),
        False,
    ),
    "woods": Look(
        ("leaves", "grass", "soil"),
        ("soil", "gravel", ""),
        (8, 14),
        (0, 0),
        ("rock", "bush", "post", "fence", "hiker", "bench"),
        False,
    ),
    "meadow": Look(
        ("grass", "dry grass"),
        ("", "soil"),
        (1, 5),
        (0, 2),
        ("rock", "bush", "fence", "stone wall", "post", "bench"),
        False,
    ),
    "park": Look(
        ("grass", "dry grass", "sand"),
        ("paving", "soil", "gravel", "concrete"),
        (4, 9),
        (0, 3),
        ("bench", "bin", "lamp", "bush", "walker", "sign", "rock", "fence", "table"),
        True,
    ),
    "street": Look(
        ("paving", "concrete", "red paving"),
        ("asphalt",),
        (1, 4),
        (2, 5),
        ("car", "bin", "lamp", "bollard", "walker", "sign", "container", "bench"),
        True,
    ),
    "plaza": Look(
        ("paving", "red paving", "cobbles", "concrete"),
        ("",),
        (1, 5),
        (2, 5),
        ("bench", "bin", "lamp", "bollard", "walker", "planter", "sign", "table", "car"),
        True,
    ),
    "village": Look(
        ("concrete", "soil", "cobbles", "gravel", "grass"),
        ("asphalt", "soil", ""),
        (1, 5),
        (1, 4),
        ("car", "stone wall", "lamp", "bench", "planter", "walker", "sign", "bush"),
        True,
    ),
}

_LIKELY: dict[str, tuple[float, ...]] = {
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
    """The setting of one object, as it is drawn and as its description tells it."""

    name: str
    base: str
    path: str
    species: str


def setting_for(kind: str, species: tuple[str, ...], dry: float, rural: float, random: np.random.Generator) -> Setting:
    """Choose where an object stands.

    Args:
        kind: The kind of object.
        species: The region's trees to choose from.
        dry: How likely grass is dry there, 0 to 1.
        rural: Factor on the likelihood of trails, woods and meadows.
        random: Where chance comes from.
    """
    weights = np.array(_LIKELY[kind]) * np.array([rural, rural, rural, 1, 1, 1, 1])
    name = str(random.choice(SETTINGS, p=weights / weights.sum()))
    look = LOOKS[name]
    base, path = str(random.choice(look.base)), str(random.choice(look.path))
    if base in ("grass", "dry grass"):
        base = "dry grass" if random.random() < dry else "grass"
    return Setting(name, base, path if path != base else "", str(random.choice(species)))
