"""How a photo looks is said beside the evidence for a place, and counts in no suspicion."""

import numpy as np
import pytest
from PIL import Image

from components.data import Manifest
from components.location import Displaced, Location, Plausibility, PositionCheck, free, no_prior, unmoved
from components.messages import sentence
from experiments.tasks.locate import of_looks
from experiments.tasks.review.checks import check_place


def looks(files, latitude, longitude):
    known = np.isfinite(latitude)
    return Plausibility(np.where(known, np.log(4.0), np.nan), np.where(known, 0.987, np.nan))


def place(who):
    return Location(check=PositionCheck(), spacing=free, displacement=unmoved, visual_prior=who)


@pytest.fixture
def proposals(tmp_path):
    for name in "ab":
        Image.new("RGB", (20, 20)).save(tmp_path / f"{name}.jpg")
    columns = {"path": ["a.jpg", "b.jpg"], "latitude": [42.0, np.nan], "longitude": [-8.0, np.nan]}
    return Manifest.of(tmp_path, columns)


def test_a_review_says_it_where_somebody_is_asked(proposals):
    asked, silent = (check_place(proposals, place(who), ["", ""]) for who in (looks, no_prior))
    assert "the appearance of the photo better than 98.7% of the places in the world (4 times" in sentence(asked.said[0])
    assert "el aspecto de la foto mejor que el 98.7%" in sentence(asked.said[0], "es")
    assert sentence(asked.said[1]) == sentence(silent.said[1])
    np.testing.assert_array_equal(asked.suspicion, silent.suspicion)
    np.testing.assert_array_equal(asked.columns["place_looks_percentile"], [0.987, np.nan])
    assert "place_looks_percentile" not in silent.columns


def test_moved_claims_are_told_by_the_ratio_alone():
    claims = Displaced(np.zeros(4), np.zeros(4), np.array([0.0, 0.0, 900.0, 900.0]))
    found = Plausibility(np.array([3.0, 2.0, 1.0, 0.0]), np.array([0.9, 0.8, 0.7, 0.6]))
    assert of_looks(claims, found, seed=0)["auroc_looks"].value == 1
    nobody = Plausibility(np.full(4, np.nan), np.full(4, np.nan))
    assert of_looks(claims, nobody, seed=0) == {}
