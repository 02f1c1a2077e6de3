"""Filters on columns and on distance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.data import Manifest, filter_mask, metres_from, near_position
from components.errors import ConfigError


@pytest.fixture
def manifest(tmp_path):
    columns = {
        "path": ["a", "b", "c", "d"],
        "label": ["parque", "resto", "parque", ""],
        "latitude": [42.88, 42.881, 40.0, np.nan],
        "longitude": [-8.54, -8.54, -3.0, np.nan],
        "year": [2020, 2021, 2022, 2023],
    }
    return Manifest.of(tmp_path, columns)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "abcd"),
        ({"label": "parque"}, "ac"),
        ({"label": ["resto", ""]}, "bd"),
        ({"year": 2021}, "b"),
        ({"year": {"at_least": 2021, "at_most": 2022}}, "bc"),
        ({"label": {"at_least": "q"}}, "b"),
        ({"label": "parque", "year": {"at_most": 2021}}, "a"),
        ({"near": [42.88, -8.54], "within": 100}, "a"),
        ({"near": [42.88, -8.54], "within": 112}, "ab"),
        ({"near": [42.88, -8.54], "within": 1e9, "label": "parque"}, "ac"),
        ({"label": "iglesia"}, ""),
    ],
)
def test_photos_that_pass(manifest, filters, expected):
    assert "".join(manifest.path[filter_mask(manifest, filters)]) == expected


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"lable": "a"}, r"filters\.lable: photos have no such column\. Did you mean label\?"),
        ({"year": {"from": 3}}, r"filters\.year.*at_least"),
        ({"near": [42.88, -8.54]}, "must be given together"),
        ({"within": 20}, "must be given together"),
        ({"near": [42.88, -8.54], "within": -1}, "radius in metres above 0"),
        ({"near": [142.88, -8.54], "within": 1}, "is not a position"),
        ({"near": "here", "within": 1}, "is not a position"),
    ],
)
def test_invalid_filters(manifest, filters, message):
    with pytest.raises(ConfigError, match=message):
        filter_mask(manifest, filters)


@settings(max_examples=50, deadline=None)
@given(*[st.floats(-90, 90), st.floats(-180, 180)] * 2)
def test_metres_are_those_of_scikit_learn(latitude, longitude, other_latitude, other_longitude):
    from sklearn.metrics.pairwise import haversine_distances

    manifest = Manifest.of(".", {"path": ["a"], "latitude": [latitude], "longitude": [longitude]})
    expected = 6_371_008.8 * haversine_distances(
        np.radians([[latitude, longitude]]), np.radians([[other_latitude, other_longitude]])
    )
    assert metres_from(manifest, other_latitude, other_longitude) == pytest.approx(expected[0], abs=0.5)


def test_the_position_is_optional():
    assert near_position({}) is None
    assert near_position({"near": [1, 2]}) == (1.0, 2.0)
