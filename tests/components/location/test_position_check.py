import itertools
import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from scipy import integrate, stats

from components.errors import ConfigError
from components.geodesy import FARTHEST_METRES
from components.location import ExifPosition, PositionCheck, destination, displace, great_circle_metres, no_displacement
from components.location.position_check import FREEDOM
from components.messages import Message

CLAIM = 40.0, -3.0


def taken(metres, bearing=0.0, error=math.nan):
    north, east = destination(*CLAIM, metres, bearing)
    return ExifPosition(float(north), float(east), error)


def check(*photos, **settings):
    return PositionCheck(**settings).check(*CLAIM, photos, [f"photo {number}" for number in range(len(photos))])


def on_rings(density, scale=14.0):
    """Turn a density per square metre into the density of the distance."""
    return lambda metres: 2 * math.pi * metres * density(metres, scale)


@pytest.mark.parametrize("scale", [14.0, 900.0])
def test_the_densities_integrate_to_one(scale):
    position_check = PositionCheck()
    assert integrate.quad(on_rings(position_check.density_correct, scale), 0, 1e3 * scale, limit=500)[
        0
    ] == pytest.approx(1)
    pieces = [0, 1, 10, 100, 1e3, 1e4, 1e5, 1e6, FARTHEST_METRES]
    wrong = on_rings(position_check.density_wrong, scale)
    total = sum(integrate.quad(wrong, *piece)[0] for piece in itertools.pairwise(pieces))
    assert total == pytest.approx(1, rel=1e-6)


def test_the_offset_of_a_correct_claim_is_a_two_dimensional_student_t():
    sample = stats.multivariate_t(df=FREEDOM, shape=np.eye(2) * 14.0**2).rvs(200_000, random_state=0)
    lengths = np.linalg.norm(sample, axis=1)
    for metres in (5, 14, 40, 100):
        expected = integrate.quad(on_rings(PositionCheck().density_correct), 0, metres)[0]
        assert (lengths <= metres).mean() == pytest.approx(expected, abs=0.005)
    found = check(taken(10), fix_metres=1e-3, view_metres=14.0, claim_metres=1e-3)
    assert (lengths > found.expected_metres).mean() == pytest.approx(0.05, abs=0.003)


def test_bayes_rule_by_hand():
    """One photo 60 m away: scale 13.93 m, prior .9."""
    scale = math.sqrt(5**2 + 12**2 + 5**2)
    right = 0.9 * (1 + 60**2 / (5 * scale**2)) ** -3.5 / (2 * math.pi * scale**2)
    wrong = 0.1 / (math.pi * math.log(1 + (FARTHEST_METRES / 100) ** 2) * (60**2 + 100**2))
    found = check(taken(60))
    assert found.metres == pytest.approx(60, abs=1e-3)
    assert found.probability == pytest.approx(right / (right + wrong), rel=1e-4)


@given(st.floats(0, 1e6), st.floats(1, 1e3), st.floats(1, 500))
def test_the_probability_never_increases_with_the_distance(metres, more, view_metres):
    near, far = (check(taken(distance), view_metres=view_metres) for distance in (metres, metres + more))
    assert far.probability <= near.probability


def test_words_and_evidence():
    near, far = check(taken(8)), check(taken(2500))
    assert (near.word, far.word, check(taken(90)).word) == ("consistent", "contradicted", "doubtful")
    assert tuple(map(str, far.evidence)) == ("photo 0: taken 2,500 m from the claimed position",)
    nothing = check(ExifPosition(reason=Message("no_exif_position")))
    assert (nothing.word, nothing.probability) == ("no evidence", 0.9)
    assert tuple(map(str, nothing.evidence)) == ("photo 0: no EXIF position",)


def test_more_photos_are_more_evidence_and_precise_ones_have_more_weight():
    assert check(taken(60), taken(60, 0.05)).probability < check(taken(60)).probability
    pulled = check(taken(30, 0.0, error=2.0), taken(90, 0.0, error=400.0))
    assert pulled.metres == pytest.approx(30, abs=1)


def test_photos_that_disagree_increase_the_expected_distance():
    agree, disagree = check(taken(10), taken(12)), check(taken(10), taken(900))
    assert disagree.expected_metres > 10 * agree.expected_metres


def test_coordinates_that_do_not_exist_and_missing_claims():
    assert PositionCheck().check(95.0, 0.0, [], []).word == "contradicted"
    assert PositionCheck().check(math.nan, 0.0, [taken(0)], ["a"]).word == "no evidence"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"view_metres": 0}, "location.check.view_metres=0"),
        ({"wrong": 1}, "location.check.wrong=1"),
        ({"refuse": 0.95}, "accept"),
    ],
)
def test_invalid_settings_raise_errors(settings, message):
    with pytest.raises(ConfigError, match=message):
        PositionCheck(**settings)


def test_claims_are_displaced_by_the_reported_distance():
    latitude, longitude = np.full(100, 40.0), np.full(100, -3.0)
    found = displace(latitude, longitude, seed=3, share=0.3, metres=(50, 500))
    assert found.wrong.sum() == 30
    distance = great_circle_metres(latitude, longitude, found.latitude, found.longitude)
    np.testing.assert_allclose(distance, found.metres, atol=1e-3)
    assert (found.latitude[~found.wrong] == 40.0).all()
    assert found.metres[found.wrong].min() >= 50
    assert found.metres.max() <= 500
    again = displace(latitude, longitude, seed=3, share=0.3, metres=(50, 500))
    np.testing.assert_array_equal(found.latitude, again.latitude)
    assert not no_displacement(latitude, longitude, seed=3).wrong.any()
    with pytest.raises(ConfigError, match="the shorter first"):
        displace(latitude, longitude, seed=0, metres=(500, 50))
