"""The plan of the data set: objects, their positions, and the photos that show them."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from components.waypoints.kinds import KINDS
from components.waypoints.light import WEATHERS
from components.waypoints.positions import offset_position
from components.waypoints.region import Region
from components.waypoints.regions import REGIONS
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
"""Photos per kind and split: 603 and 152 of the known classes, 114 and 29 of resto (thesis, data section)."""

# Share of each region in the objects of a kind, in the order of REGIONS.
_REGION_SHARES: dict[str, tuple[float, ...]] = {
    "camino_santiago": (0.36, 0.12, 0.08, 0.06, 0.08, 0.24, 0.06),
    "marcador": (0.14, 0.16, 0.14, 0.18, 0.10, 0.18, 0.10),
}
_DEFAULT_REGION_SHARES = (0.14, 0.12, 0.10, 0.18, 0.17, 0.18, 0.11)
# Probability that an object has 1, 2, 3 or 4 photos.
_VIEW_PROBABILITIES = (0.58, 0.24, 0.12, 0.06)
GPS_NOISE = 3.5
"""Standard deviation in metres of the position in the manifest, north and east each."""


@dataclass(frozen=True)
class Spot:
    """One object and its surroundings; the fields determine everything that is rendered of them.

    Attributes:
        object_id: Identifier, the same in all photos of the object.
        kind: Key of `kinds.KINDS`.
        split: "train" or "test".
        region: Region of the object.
        town: Nearest town.
        name: Name of a street, park, stream or hill.
        latitude: True latitude in degrees.
        longitude: True longitude in degrees.
        front: Compass bearing in radians of the front of the object.
        setting: Setting of the object.
        facts: Traits of the object, with `name` and `towns`.
        seed: Entropy of all random numbers of the object.
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
    """One photo of a spot.

    Attributes:
        path: Path relative to the folder of the data set.
        spot: Object and surroundings.
        number: Index among the photos of the spot.
        size: Width and height in pixels.
        taken: Local date and time.
        weather: One of `light.WEATHERS`.
        has_exif: Whether the file has an EXIF block.
        latitude: Latitude in the manifest, with an error (`GPS_NOISE`).
        longitude: Longitude in the manifest, with an error (`GPS_NOISE`).
        words: Title and description in both languages.
    """

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
        """Entropy of the random numbers of this photo."""
        return (*self.spot.seed, 1000 + self.number)


def _spot(kind: str, index: int, seed: int) -> Spot:
    entropy = (seed, list(KINDS).index(kind), index)
    random = np.random.default_rng([*entropy, 1])
    region = REGIONS[int(random.choice(len(REGIONS), p=_REGION_SHARES.get(kind, _DEFAULT_REGION_SHARES)))]
    town = region.towns[int(random.integers(len(region.towns)))]
    distance, turn = 2600.0 * math.sqrt(random.uniform(0.0, 1.0)), random.uniform(0, 2 * math.pi)
    latitude, longitude = offset_position(
        town.latitude, town.longitude, distance * math.cos(turn), distance * math.sin(turn)
    )
    facts = KINDS[kind].traits(region, random)
    name = str(random.choice(region.names))
    names = [*(other.name for other in region.towns), *region.names]
    destinations = [str(destination) for destination in random.permutation(names)[:4]]
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
        facts=facts | {"name": name, "towns": "|".join(destinations)},
        seed=entropy,
    )


def _stratum(spot: Spot) -> tuple[str, ...]:
    """Return the stratum of a spot for the split: the style of the object, then its region."""
    styles = ("style", "motif", "form", "sport", "paint", "piece", "material")
    return (*(spot.facts.get(style, "") for style in styles), spot.region.name)


def _choose_test_spots(spots: list[Spot], views: list[int], test: int) -> list[bool]:
    """Choose the spots of the test split, spread evenly over the strata.

    Args:
        spots: All spots of a kind.
        views: Photos per spot; changed in place by single photos so that the test split has exactly `test` photos.
        test: Photos in the test split.

    Returns:
        For each spot, whether it is in the test split.
    """
    share, missing = test / sum(views), 0.0
    in_test = [False] * len(spots)
    for index in sorted(range(len(spots)), key=lambda index: (_stratum(spots[index]), index)):
        missing += views[index] * share
        if missing >= views[index] / 2 and share > 0:
            in_test[index], missing = True, missing - views[index]
    while (surplus := sum(view for view, chosen in zip(views, in_test, strict=True) if chosen) - test) != 0:
        side = surplus > 0
        larger = next((i for i, chosen in enumerate(in_test) if chosen == side and views[i] > 1), None)
        smaller = next(
            (i for i, chosen in enumerate(in_test) if chosen != side and views[i] < len(_VIEW_PROBABILITIES)), None
        )
        if larger is None or smaller is None:
            single = next(i for i, chosen in enumerate(in_test) if chosen == side and views[i] == 1)
            in_test[single] = not side
        else:
            views[larger] -= 1
            views[smaller] += 1
    return in_test


def _objects(kind: str, seed: int, counts: dict[str, int]) -> list[tuple[Spot, int]]:
    """Return the spots of a kind with their splits, and the number of photos of each."""
    random = np.random.default_rng([seed, list(KINDS).index(kind)])
    most = min([count for count in counts.values() if count], default=0)
    left, views = sum(counts.values()), list[int]()
    while left:
        views.append(min(left, most, int(random.choice(len(_VIEW_PROBABILITIES), p=_VIEW_PROBABILITIES)) + 1))
        left -= views[-1]
    if not views:
        return []
    spots = [_spot(kind, index, seed) for index in range(len(views))]
    in_test = _choose_test_spots(spots, views, counts.get("test", 0))
    splits = ["test" if chosen else "train" for chosen in in_test]
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
    latitude, longitude = offset_position(spot.latitude, spot.longitude, float(east), float(north))
    location = {"town": spot.town, "region": spot.region.name, "name": spot.name}
    words = texts(spot.kind, spot.facts, spot.setting, location, random)
    return Photo(
        path=path,
        spot=spot,
        number=number,
        size=size,
        taken=taken.replace(microsecond=0),
        weather=weather,
        has_exif=bool(random.random() < 0.85),
        latitude=latitude,
        longitude=longitude,
        words=words,
    )


def catalogue(seed: int, counts: dict[str, dict[str, int]] = COUNTS) -> list[Photo]:
    """Return all photos of the data set, train before test, grouped by class.

    All photos of an object are in the same split and every object has its own surroundings, so that no object and no
    scene is in both splits. The split is stratified by style and region. An object has one to four photos.

    Args:
        seed: Equal seeds give equal plans.
        counts: Photos per kind and split.
    """
    objects = {kind: _objects(kind, seed, split_counts) for kind, split_counts in counts.items()}
    photos, numbers = list[Photo](), dict[tuple[str, str], int]()
    for split in ("train", "test"):
        for kind, spots in objects.items():
            label = KINDS[kind].label
            for spot, views in spots:
                for number in range(views if spot.split == split else 0):
                    numbers[split, label] = numbers.get((split, label), 0) + 1
                    photos.append(_photo(spot, number, f"{split}/{label}/{numbers[split, label]:04d}.jpg"))
    return photos
