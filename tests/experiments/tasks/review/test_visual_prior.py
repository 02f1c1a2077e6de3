"""The visual prior is reported with the evidence for a position, and does not affect the suspicion."""

import numpy as np
import pytest
from PIL import Image

from components.data import Manifest
from components.location import (
    Displaced,
    Location,
    Plausibility,
    PositionCheck,
    no_displacement,
    no_prior,
    no_spacing_rule,
)
from components.messages import sentence
from experiments.tasks.locate import visual_prior_metrics
from experiments.tasks.review.checks import check_position


def prior(files, latitude, longitude):
    known = np.isfinite(latitude)
    return Plausibility(np.where(known, np.log(4.0), np.nan), np.where(known, 0.987, np.nan))


def location(visual_prior):
    return Location(
        check=PositionCheck(), spacing=no_spacing_rule, displacement=no_displacement, visual_prior=visual_prior
    )


@pytest.fixture
def proposals(tmp_path):
    for name in "ab":
        Image.new("RGB", (20, 20)).save(tmp_path / f"{name}.jpg")
    columns = {"path": ["a.jpg", "b.jpg"], "latitude": [42.0, np.nan], "longitude": [-8.0, np.nan]}
    return Manifest.of(tmp_path, columns)


def test_a_review_reports_the_visual_prior_and_keeps_the_suspicion(proposals):
    with_prior, without = (
        check_position(proposals, location(visual_prior), ["", ""]) for visual_prior in (prior, no_prior)
    )
    assert "the appearance of the photo better than 98.7% of the places in the world (4 times" in sentence(
        with_prior.messages[0]
    )
    assert "el aspecto de la foto mejor que el 98.7%" in sentence(with_prior.messages[0], "es")
    assert sentence(with_prior.messages[1]) == sentence(without.messages[1])
    np.testing.assert_array_equal(with_prior.suspicion, without.suspicion)
    np.testing.assert_array_equal(with_prior.columns["visual_prior_percentile"], [0.987, np.nan])
    assert "visual_prior_percentile" not in without.columns


def test_moved_claims_are_detected_by_the_log_ratio_alone():
    claims = Displaced(np.zeros(4), np.zeros(4), np.array([0.0, 0.0, 900.0, 900.0]))
    found = Plausibility(np.array([3.0, 2.0, 1.0, 0.0]), np.array([0.9, 0.8, 0.7, 0.6]))
    assert visual_prior_metrics(claims, found, seed=0)["auroc_visual_prior"].value == 1
    unknown = Plausibility(np.full(4, np.nan), np.full(4, np.nan))
    assert visual_prior_metrics(claims, unknown, seed=0) == {}
