import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given

from components.geodesy import EARTH_METRES, FARTHEST_METRES, destination, great_circle_metres, mean_position

latitudes = st.floats(-89.9, 89.9)
longitudes = st.floats(-180, 180)


def by_vectors(a, b, c, d):
    """Reference: the angle between two unit vectors."""
    start, end = (
        np.array([math.cos(p) * math.cos(q), math.cos(p) * math.sin(q), math.sin(p)])
        for p, q in ((math.radians(a), math.radians(b)), (math.radians(c), math.radians(d)))
    )
    return EARTH_METRES * math.atan2(float(np.linalg.norm(np.cross(start, end))), float(start @ end))


@given(latitudes, longitudes, latitudes, longitudes)
def test_it_is_the_angle_between_unit_vectors(a, b, c, d):
    found = float(great_circle_metres(a, b, c, d))
    assert found == pytest.approx(by_vectors(a, b, c, d), rel=1e-7, abs=0.3)
    assert 0 <= found <= FARTHEST_METRES * (1 + 1e-12)


def test_known_distances():
    madrid, alcala = (40.4168, -3.7038), (40.4818, -3.3641)
    assert float(great_circle_metres(*madrid, *alcala)) == pytest.approx(29_647, abs=60)
    assert float(great_circle_metres(0, 179.999, 0, -179.999)) == pytest.approx(222.39, abs=0.01)
    assert float(great_circle_metres(90, 0, -90, 123)) == pytest.approx(FARTHEST_METRES)


def test_it_broadcasts_and_nan_stays_nan():
    found = great_circle_metres(np.array([[0.0], [np.nan]]), 0.0, np.array([0.0, 1.0]), 0.0)
    assert found.shape == (2, 2)
    assert found[0, 0] == 0
    assert np.isnan(found[1]).all()


@given(st.floats(-85, 85), longitudes, st.floats(0.1, 1e6), st.floats(0, 2 * math.pi))
def test_a_destination_is_as_far_away_as_given(latitude, longitude, metres, bearing):
    to = destination(latitude, longitude, metres, bearing)
    assert float(great_circle_metres(latitude, longitude, *to)) == pytest.approx(metres, rel=1e-5, abs=1e-3)
    assert -180 <= float(to[1]) < 180


@given(st.floats(-80, 80), longitudes)
def test_north_is_up(latitude, longitude):
    to, _ = destination(latitude, longitude, 1000.0, 0.0)
    assert float(to) > latitude


@given(
    st.lists(st.tuples(st.floats(-0.01, 0.01), st.floats(-0.01, 0.01)), min_size=1, max_size=5), st.floats(-180, 180)
)
def test_a_mean_does_not_depend_on_the_meridian(offsets, longitude):
    assume(len(offsets))
    north = np.array([north for north, _ in offsets]) + 40
    east = np.array([east for _, east in offsets])
    weights = np.arange(1.0, len(offsets) + 1)
    at_zero = mean_position(north, east, weights)
    elsewhere = mean_position(north, (east + longitude + 180) % 360 - 180, weights)
    assert elsewhere[0] == pytest.approx(at_zero[0], abs=1e-9)
    assert (elsewhere[1] - longitude - at_zero[1] + 180) % 360 - 180 == pytest.approx(0, abs=1e-8)
    assert at_zero[1] == pytest.approx(float(east @ weights / weights.sum()), abs=1e-6)
