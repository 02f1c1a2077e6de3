import numpy as np
import pytest

from components.errors import ConfigError
from components.location import (
    closer_than,
    destination,
    great_circle_metres,
    nearest_points,
    no_spacing_rule,
    s2_cells,
    same_cell,
)


@pytest.fixture
def points():
    """Return 60 points within 200 m of a centre, two of them without coordinates."""
    generator = np.random.default_rng(0)
    latitude, longitude = destination(
        np.full(60, 40.48), np.full(60, -3.36), generator.uniform(0, 200, 60), generator.uniform(0, 2 * np.pi, 60)
    )
    latitude[7], longitude[23] = np.nan, np.nan
    return latitude, longitude


def test_nearest_points_equal_a_full_search(points):
    latitude, longitude = np.array([40.4801, np.nan, 40.4795]), np.array([-3.3601, -3.36, -3.3605])
    found, metres = nearest_points(latitude, longitude, points, k=4)
    for row in (0, 2):
        distances = great_circle_metres(latitude[row], longitude[row], *points)
        expected = np.argsort(np.where(np.isnan(distances), np.inf, distances))[:4]
        np.testing.assert_array_equal(found[row], expected)
        np.testing.assert_allclose(metres[row], distances[expected], atol=1e-5)
    assert (found[1] == -1).all()
    assert np.isnan(metres[1]).all()


def test_fewer_points_than_asked_for():
    found, metres = nearest_points(np.array([1.0]), np.array([1.0]), (np.array([1.0]), np.array([1.0])), k=5)
    assert found.tolist() == [[0]]
    assert metres.tolist() == [[0.0]]
    none, _ = nearest_points(np.array([1.0]), np.array([1.0]), (np.empty(0), np.empty(0)), k=5)
    assert none.shape == (1, 0)


def test_closer_than_equals_a_full_search(points):
    latitude, longitude = points
    found = closer_than(latitude, longitude, points, metres=20)
    for row, near in enumerate(found):
        distances = great_circle_metres(latitude[row], longitude[row], *points)
        assert set(near.tolist()) == set(np.flatnonzero(distances < 20).tolist())
        assert (np.diff(distances[near]) >= 0).all()
    assert any(len(near) > 1 for near in found)
    assert len(found[7]) == 0


def test_only_points_below_the_distance_are_returned():
    north, east = destination(40.0, -3.0, np.array([19.99, 20.01]), 0.0)
    found = closer_than(np.array([40.0]), np.array([-3.0]), (north, east), metres=20)
    assert found[0].tolist() == [0]


def test_same_cell_returns_the_points_with_the_same_cell_id(points):
    cells = np.array(s2_cells(*points, 17))
    assert cells[7] == cells[23] == 0
    found = same_cell(*points, points, level=17)
    for row, near in enumerate(found):
        expected = np.flatnonzero(cells == cells[row]) if cells[row] else []
        np.testing.assert_array_equal(near, expected)
    assert len(set(cells.tolist())) > 5


def test_an_s2_cell_of_level_17_is_about_70_metres_wide():
    """Walking north, cells change every 50 to 110 m (S2's documentation: 4.8 thousand to 1 hundred m2 apart)."""
    walk = 40 + np.arange(0, 3000) / 111_195
    cells = s2_cells(walk, np.full(3000, -3.0), 17)
    changes = int((np.diff(np.array(cells, dtype=np.uint64).view(np.int64)) != 0).sum())
    assert 3000 / 110 < changes < 3000 / 35


def test_no_spacing_rule_returns_no_points(points):
    assert all(len(near) == 0 for near in no_spacing_rule(*points, points))


def test_invalid_settings_raise_errors(points):
    with pytest.raises(ConfigError, match="metres=0: expected"):
        closer_than(*points, points, metres=0)
    with pytest.raises(ConfigError, match="level=31"):
        same_cell(*points, points, level=31)
