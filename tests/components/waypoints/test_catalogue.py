"""The plan of the waypoints data set: counts, splits, positions and texts. Nothing is rendered here."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.waypoints.catalogue import COUNTS, GPS_NOISE, Photo, catalogue
from components.waypoints.kinds import KINDS
from components.waypoints.positions import METRES_PER_DEGREE, offset_position
from components.waypoints.regions import REGIONS

KNOWN = ("camino_santiago", "cartel", "marcador", "parque")


@pytest.fixture(scope="module")
def photos() -> list[Photo]:
    return catalogue(0)


def _label(photo: Photo) -> str:
    return KINDS[photo.spot.kind].label


def _metres(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Great-circle distance by the haversine formula."""
    (a, b), (c, d) = np.radians(start), np.radians(end)
    half = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return float(2 * 6_371_000 * np.arcsin(np.sqrt(half)))


def test_counts_are_those_of_the_thesis(photos: list[Photo]) -> None:
    found = Counter((_label(photo), photo.spot.split) for photo in photos)
    tests = {"camino_santiago": 21, "cartel": 62, "marcador": 18, "parque": 51, "resto": 29}
    assert {label: found[label, "test"] for label in tests} == tests
    assert sum(found[label, "train"] for label in KNOWN) == 603
    assert found["resto", "train"] == 114
    assert len(photos) == 898
    for label in KNOWN:
        assert found[label, "train"] / 603 == pytest.approx(tests[label] / 152, abs=0.002)


def test_rest_has_six_kinds_in_both_splits(photos: list[Photo]) -> None:
    found = Counter((photo.spot.kind, photo.spot.split) for photo in photos if _label(photo) == "resto")
    assert {kind for kind, _ in found} == {"mural", "fountain", "pool", "church", "sculpture", "court"}
    assert len(found) == 12


def test_objects_and_scenes_are_in_one_split(photos: list[Photo]) -> None:
    splits = defaultdict(set)
    for photo in photos:
        splits[photo.spot.object_id].add(photo.spot.split)
        splits[photo.spot.seed].add(photo.spot.split)
    assert all(len(found) == 1 for found in splits.values())
    assert len({photo.spot.seed for photo in photos}) == len({photo.spot.object_id for photo in photos})


def test_some_objects_are_seen_from_several_viewpoints(photos: list[Photo]) -> None:
    views = Counter(Counter(photo.spot.object_id for photo in photos).values())
    assert set(views) == {1, 2, 3, 4}
    assert views[1] > sum(count for number, count in views.items() if number > 1)


def test_paths_follow_the_layout_and_are_unique(photos: list[Photo]) -> None:
    assert len({photo.path for photo in photos}) == 898
    for photo in photos:
        split, label, name = photo.path.split("/")
        assert (split, label) == (photo.spot.split, _label(photo))
        assert name[:4].isdigit()
        assert name[4:] == ".jpg"


def test_every_region_holds_known_photos_and_every_city_enough_to_test_on(photos: list[Photo]) -> None:
    found = Counter(photo.spot.region.name for photo in photos if _label(photo) in KNOWN)
    assert set(found) == {region.name for region in REGIONS}
    assert len(found) >= 6
    assert min(found.values()) > 40


def test_regions_mark_the_camino_differently(photos: list[Photo]) -> None:
    styles = defaultdict(Counter)
    for photo in photos:
        if photo.spot.kind == "camino_santiago":
            styles[photo.spot.region.name][photo.spot.facts["style"]] += 1
    assert styles["Galicia"]["granite"] > 2 * styles["Galicia"]["post"]
    assert styles["Guadalajara"]["post"] > styles["Guadalajara"]["concrete"]
    assert styles["Guadalajara"]["granite"] == 0


def test_positions_are_near_the_town_and_manifest_positions_near_the_object(photos: list[Photo]) -> None:
    errors = []
    for photo in photos:
        town = next(town for town in photo.spot.region.towns if town.name == photo.spot.town)
        true = (photo.spot.latitude, photo.spot.longitude)
        assert _metres(true, (town.latitude, town.longitude)) < 2700
        errors.append(_metres(true, (photo.latitude, photo.longitude)))
    assert max(errors) < 6 * GPS_NOISE
    # The length of two independent normal errors has the mean of a Rayleigh distribution.
    assert np.mean(errors) == pytest.approx(GPS_NOISE * np.sqrt(np.pi / 2), rel=0.08)


def test_offset_position_moves_by_metres() -> None:
    latitude, longitude = offset_position(42.0, -8.0, 30.0, -40.0)
    assert _metres((42.0, -8.0), (latitude, longitude)) == pytest.approx(50.0, rel=0.01)
    assert (longitude > -8.0, latitude < 42.0) == (True, True)
    assert pytest.approx(42.0 + 1 / METRES_PER_DEGREE) == offset_position(42.0, -8.0, 0.0, 1.0)[0]


def test_texts_exist_in_both_languages_and_differ(photos: list[Photo]) -> None:
    for photo in photos:
        words = photo.words
        assert set(words) == {"title_es", "title_en", "description_es", "description_en"}
        assert all(text.strip() and "{" not in text and "  " not in text for text in words.values()), words
        assert words["description_es"] != words["description_en"]
    same_titles = sum(photo.words["title_es"] == photo.words["title_en"] for photo in photos)
    assert same_titles < 0.05 * len(photos)
    assert len({photo.words["description_es"] for photo in photos}) > 0.75 * len(photos)


def test_texts_agree_with_the_image(photos: list[Photo]) -> None:
    for photo in photos:
        facts, words = photo.spot.facts, photo.words
        if photo.spot.kind == "marcador":
            colour = {"red": ("rojas", "red"), "yellow": ("amarillas", "yellow"), "green": ("verdes", "green")}
            spanish, english = colour[facts["paint"]]
            assert spanish in words["description_es"]
            assert english in words["description_en"]
        if photo.spot.kind == "court":
            assert facts["sport"] in words["description_en"].lower()


def test_styles_are_as_frequent_in_test_as_in_train(photos: list[Photo]) -> None:
    for kind, trait in (("marcador", "paint"), ("cartel", "style"), ("parque", "style"), ("camino_santiago", "style")):
        shares = {}
        for split in ("train", "test"):
            found = Counter(p.spot.facts[trait] for p in photos if (p.spot.kind, p.spot.split) == (kind, split))
            shares[split] = {value: count / sum(found.values()) for value, count in found.items()}
        for value, share in shares["train"].items():
            assert shares["test"].get(value, 0.0) == pytest.approx(share, abs=0.12), (kind, value)


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    kind=st.sampled_from(sorted(COUNTS)),
    train=st.integers(0, 12),
    test=st.integers(0, 12),
)
def test_any_counts_come_out_exactly(seed: int, kind: str, train: int, test: int) -> None:
    photos = catalogue(seed, {kind: {"train": train, "test": test}})
    assert Counter(photo.spot.split for photo in photos) == Counter(train=train, test=test)
    splits = defaultdict(set)
    for photo in photos:
        splits[photo.spot.object_id].add(photo.spot.split)
    assert all(len(found) == 1 for found in splits.values())


def test_equal_seeds_give_equal_plans_and_others_do_not(photos: list[Photo]) -> None:
    few = {kind: {"train": 3, "test": 2} for kind in COUNTS}
    assert catalogue(5, few) == catalogue(5, few)
    assert catalogue(5, few) != catalogue(6, few)
    assert catalogue(0) == photos
