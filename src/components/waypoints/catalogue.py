"""The plan of the data set: which objects exist, where they stand, and which photos show them."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from components.waypoints.kinds import KINDS
from components.waypoints.light import WEATHERS
from components.waypoints.places import REGIONS, Region, shifted
from components.waypoints.settings import Setting, setting_for
from components.waypoints.site import Traits
from components.waypoints.texts import texts

COUNTS: dict[str, dict[str, int]] = {
    "camino_santiago": {"train": 83, "test": 21},
    "cartel": {"train": 246, "test": 62},
    "marcador": {"train": 72, "test": 18},
    "parque": {"train": 202, "test": 51},
    "mural": {"train": 19, "test": 5},
    "fountain": {"train": 19, "test": 5},
    "pool": {"train": 19, "test": 5},
    "church": {"train": 19, "test": 5},
    "sculpture": {"train": 19, "test": 5},
    "court": {"train": 19, "test": 4},
}
"""Photos of each kind in each split: 603 and 152 of the known classes, 114 and 29 of resto (thesis, data section)."""

# How the regions share each kind's objects, in the order of REGIONS.
_SHARES: dict[str, tuple[float, ...]] = {
    "camino_santiago": (0.36, 0.12, 0.08, 0.06, 0.08, 0.24, 0.06),
    "marcador": (0.14, 0.16, 0.14, 0.18, 0.10, 0.18, 0.10),
}
_SHARE = (0.14, 0.12, 0.10, 0.18, 0.17, 0.18, 0.11)
_VIEWS = (0.58, 0.24, 0.12, 0.06)
GPS_NOISE = 3.5
"""Deviation in metres of the claimed position, north and east each."""


@dataclass(frozen=True)
class Spot:
    """One object and its surroundings; everything drawn of them follows from `seed` and what stands here.

    `front` is the compass bearing in radians that the object's front looks to.
    """

    object_id: str
    kind: str
    split: str
    region: Region
    town: str
    name: str
    latitude: float
    longitude: float
    front: float
    setting: Setting
    facts: Traits
    seed: tuple[int, ...]


@dataclass(frozen=True)
class Photo:
    """One photo of a spot: `number` counts the photos of its spot, `latitude` and `longitude` are the claimed ones."""

    path: str
    spot: Spot
    number: int
    size: tuple[int, int]
    taken: datetime
    weather: str
    has_exif: bool
    latitude: float
    longitude: float
    words: dict[str, str]

    @property
    def seed(self) -> tuple[int, ...]:
        """What the photo's own chance starts from."""
        return (*self.spot.seed, 1000 + self.number)


def _spot(kind: str, index: int, seed: int) -> Spot:
    entropy = (seed, list(KINDS).index(kind), index)
    random = np.random.default_rng([*entropy, 1])
    region = REGIONS[int(random.choice(len(REGIONS), p=_SHARES.get(kind, _SHARE)))]
    town = region.towns[int(random.integers(len(region.towns)))]
    away, turn = 2600.0 * math.sqrt(random.uniform(0.0, 1.0)), random.uniform(0, 2 * math.pi)
    latitude, longitude = shifted(town.latitude, town.longitude, away * math.cos(turn), away * math.sin(turn))
    facts = KINDS[kind].traits(region, random)
    name = str(random.choice(region.names))
    goals = [str(one) for one in random.permutation([*(one.name for one in region.towns), *region.names])[:4]]
    setting = setting_for(kind, region.species, region.dry, region.rural, random)
    return Spot(
        object_id=f"{kind}-{index:03d}",
        kind=kind,
        split="train",
        region=region,
        town=town.name,
        name=name,
        latitude=latitude,
        longitude=longitude,
        front=random.uniform(0, 2 * math.pi),
        setting=setting,
        facts=facts | {"name": name, "towns": "|".join(goals)},
        seed=entropy,
    )


def _stratum(spot: Spot) -> tuple[str, ...]:
    """What should be as frequent in test as in train: the style of the object, then its region."""
    styles = ("style", "motif", "form", "sport", "paint", "piece", "material")
    return (*(spot.facts.get(style, "") for style in styles), spot.region.name)


def _divided(spots: list[Spot], views: list[int], test: int) -> list[bool]:
    """Which spots go to the test split, whole, spread evenly over the strata.

    `views` (photos of each spot) is changed by a photo here and there so that `test` photos come out exactly.
    """
    share, debt = test / sum(views), 0.0
    chosen = [False] * len(spots)
    for index in sorted(range(len(spots)), key=lambda index: (_stratum(spots[index]), index)):
        debt += views[index] * share
        if debt >= views[index] / 2 and share > 0:
            chosen[index], debt = True, debt - views[index]
    while (surplus := sum(view for view, one in zip(views, chosen, strict=True) if one) - test) != 0:
        side = surplus > 0
        giving = next((i for i, one in enumerate(chosen) if one == side and views[i] > 1), None)
        taking = next((i for i, one in enumerate(chosen) if one != side and views[i] < len(_VIEWS)), None)
        if giving is None or taking is None:
            single = next(i for i, one in enumerate(chosen) if one == side and views[i] == 1)
            chosen[single] = not side
        else:
            views[giving] -= 1
            views[taking] += 1
    return chosen


def _objects(kind: str, seed: int, wanted: dict[str, int]) -> list[tuple[Spot, int]]:
    """The spots of a kind, each with its split and the number of its photos."""
    random = np.random.default_rng([seed, list(KINDS).index(kind)])
    most = min([count for count in wanted.values() if count], default=0)
    left, views = sum(wanted.values()), list[int]()
    while left:
        views.append(min(left, most, int(random.choice(len(_VIEWS), p=_VIEWS)) + 1))
        left -= views[-1]
    if not views:
        return []
    spots = [_spot(kind, index, seed) for index in range(len(views))]
    chosen = _divided(spots, views, wanted.get("test", 0))
    splits = ["test" if one else "train" for one in chosen]
    return [(replace(spot, split=split), view) for spot, split, view in zip(spots, splits, views, strict=True)]


def _photo(spot: Spot, number: int, path: str) -> Photo:
    random = np.random.default_rng([*spot.seed, 500 + number])
    size = (480, 360) if random.random() < 0.62 else (360, 480)
    day = datetime(2022, 1, 1) + timedelta(days=int(random.integers(0, 880)))  # noqa: DTZ001 - EXIF dates have no zone
    taken = day + timedelta(
        hours=float(np.clip(random.normal(13.2, 2.9), 8.0, 19.7)), seconds=int(random.integers(0, 60))
    )
    weather = str(random.choice(WEATHERS, p=spot.region.weather))
    east, north = random.normal(0, GPS_NOISE, 2)
    latitude, longitude = shifted(spot.latitude, spot.longitude, float(east), float(north))
    place = {"town": spot.town, "region": spot.region.name, "name": spot.name}
    words = texts(spot.kind, spot.facts, spot.setting, place, random)
    return Photo(
        path,
        spot,
        number,
        size,
        taken.replace(microsecond=0),
        weather,
        bool(random.random() < 0.85),
        latitude,
        longitude,
        words,
    )


def catalogue(seed: int, counts: dict[str, dict[str, int]] = COUNTS) -> list[Photo]:
    """All photos of the data set, train before test, by class.

    Objects go to one split whole, each with surroundings of its own, so neither an object nor a scene stands on both
    sides; styles and regions are about as frequent in test as in train. An object has one to four photos.

    Args:
        seed: Equal seeds give equal plans.
        counts: Photos of each kind in each split.
    """
    objects = {kind: _objects(kind, seed, wanted) for kind, wanted in counts.items()}
    photos, taken = list[Photo](), dict[tuple[str, str], int]()
    for split in ("train", "test"):
        for kind, spots in objects.items():
            label = KINDS[kind].label
            for spot, views in spots:
                for number in range(views if spot.split == split else 0):
                    taken[split, label] = taken.get((split, label), 0) + 1
                    photos.append(_photo(spot, number, f"{split}/{label}/{taken[split, label]:04d}.jpg"))
    return photos
