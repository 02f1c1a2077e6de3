"""Selection of candidate pairs, and groups of matched pairs."""

from pathlib import Path

import numpy as np
import pytest

from components.data import Manifest
from components.errors import ConfigError, DataError
from components.location import great_circle_metres
from components.matching import Pairs, draw_candidates, mine_candidates, object_groups, unordered


@pytest.fixture
def photos():
    generator = np.random.default_rng(3)
    n = 40
    latitude, longitude = 40 + generator.normal(0, 2e-3, n), -3 + generator.normal(0, 2e-3, n)
    latitude[:5] = np.nan
    return Manifest.of(
        Path("somewhere"),
        {
            "path": [f"{row}.jpg" for row in range(n)], "label": [f"class {row % 2}" for row in range(n)],
            "object_id": [f"object {row // 3}" if row < 36 else "" for row in range(n)],
            "latitude": latitude, "longitude": longitude,
        },
    )  # fmt: skip


@pytest.fixture
def vectors():
    found = np.random.default_rng(0).standard_normal((40, 8)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def as_set(pairs):
    return set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))


def test_pairs_are_near_by_embedding_or_by_coordinates(photos, vectors):
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -2)
    expected = set()
    for row in range(40):
        for other in range(40):
            metres = great_circle_metres(
                photos.latitude[row], photos.longitude[row], photos.latitude[other], photos.longitude[other]
            )
            if row != other and (other in np.argsort(-scores[row])[:3] or metres < 60):
                expected.add((min(row, other), max(row, other)))
    found = mine_candidates(photos, vectors, coordinates=True, seed=0, neighbours=3, within=60)
    assert as_set(found) == expected
    assert len(as_set(found)) == len(found)
    without = mine_candidates(photos, vectors, coordinates=False, seed=0, neighbours=3, within=60)
    assert as_set(without) < expected


def test_settings_that_select_no_pairs_raise_an_error(photos, vectors):
    with pytest.raises(ConfigError, match="neighbours=0 and within=0"):
        mine_candidates(photos, vectors, coordinates=True, seed=0, neighbours=0, within=0)


@pytest.mark.parametrize("same_class", [False, True])
def test_four_candidates_one_of_which_shows_the_same_object(photos, vectors, same_class):
    pairs = draw_candidates(photos, vectors, coordinates=True, seed=1, same_class=same_class)
    objects = photos.object_id
    assert pairs.directed
    for query in np.unique(pairs.left):
        others = pairs.right[pairs.left == query]
        assert len(set(others.tolist())) == 4
        assert query not in others
        assert (objects[others] == objects[query]).tolist().count(True) == 1
        assert len(set(objects[others].tolist())) == 4
        assert "" not in objects[others]
        if same_class:
            wrong = others[objects[others] != objects[query]]
            assert set(photos.label[wrong]) == {photos.label[query]}
    assert sorted(set(pairs.left.tolist())) == list(range(36))
    again = draw_candidates(photos, vectors, coordinates=False, seed=1, same_class=same_class)
    np.testing.assert_array_equal(again.right, pairs.right)
    other = draw_candidates(photos, vectors, coordinates=False, seed=2, same_class=same_class)
    assert (other.right != pairs.right).any()


def test_too_few_other_objects_raise_an_error(photos, vectors):
    with pytest.raises(DataError, match="there are 11 other objects to draw 12 candidates from"):
        draw_candidates(photos, vectors, coordinates=False, seed=0, others=12)
    with pytest.raises(DataError, match="No object of somewhere has two photos"):
        draw_candidates(photos.take([0, 3, 6]), vectors[:3], coordinates=False, seed=0, others=1)


def test_unordered_pairs_have_both_directions():
    pairs = unordered(np.array([3, 1, 2, 2]), np.array([1, 3, 2, 0]), 4)
    assert as_set(pairs) == {(1, 3), (0, 2)}
    query, candidate, index = pairs.both_ways()
    assert set(zip(query.tolist(), candidate.tolist(), index.tolist(), strict=True)) == {
        (0, 2, 0), (2, 0, 0), (1, 3, 1), (3, 1, 1),
    }  # fmt: skip
    one_way = Pairs(pairs.left, pairs.right, directed=True)
    assert one_way.both_ways()[0].tolist() == pairs.left.tolist()


def test_groups_are_connected_components():
    pairs = Pairs(np.array([1, 2, 4, 0]), np.array([2, 5, 6, 3]))
    found = object_groups(pairs, np.array([True, True, True, False]), 7)
    assert found.tolist() == [0, 1, 1, 2, 3, 1, 3]
