"""Scores of the logits compared with pytorch-ood and with the formulas of the papers."""

import numpy as np
import pytest
import torch
from pytorch_ood.detector import EnergyBased, MaxSoftmax
from pytorch_ood.detector import MaxLogit as TheirMaxLogit
from scipy.special import logsumexp

from components.detectors import MSP, Energy, MaxLogit, NoDetector, Outputs
from components.errors import ConfigError


def outputs(seed=0, n=50, classes=5, scale=3.0):
    logits = np.random.default_rng(seed).normal(size=(n, classes)) * scale
    return Outputs(np.zeros((n, 2), dtype=np.float32), logits)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 20.0])
def test_msp_equals_pytorch_ood_plus_one(temperature):
    photos = outputs()
    theirs = MaxSoftmax.score(torch.from_numpy(photos.logits), temperature).numpy()
    assert MSP(temperature).score(photos) == pytest.approx(1 + theirs)


def test_msp_differs_between_very_confident_photos():
    photos = outputs()
    sure = Outputs(photos.features, np.array([[60.0 + row, 0, 0, 0, 0] for row in range(50)]))
    assert len(np.unique(MSP().score(sure))) == 50
    assert len(np.unique(MaxSoftmax.score(torch.from_numpy(sure.logits)).numpy())) == 1


def test_max_logit_equals_pytorch_ood():
    photos = outputs()
    assert np.array_equal(MaxLogit().score(photos), TheirMaxLogit.score(torch.from_numpy(photos.logits)).numpy())


@pytest.mark.parametrize("temperature", [0.5, 1.0, 20.0])
def test_energy_equals_pytorch_ood_and_the_formula_of_the_paper(temperature):
    photos = outputs()
    found = Energy(temperature).score(photos)
    assert found == pytest.approx(-temperature * logsumexp(photos.logits / temperature, axis=1))
    assert found == pytest.approx(EnergyBased.score(torch.from_numpy(photos.logits), temperature).numpy())
    assert found.dtype == np.float64


def test_no_detector_returns_nan():
    assert np.isnan(NoDetector().score(outputs(n=3))).all()


@pytest.mark.parametrize("detector", [MSP, Energy])
def test_a_temperature_of_zero_raises_an_error(detector):
    with pytest.raises(ConfigError, match="temperature is 0"):
        detector(temperature=0)


def test_outputs_need_features_and_logits_of_the_same_photos():
    with pytest.raises(ValueError, match="same photos"):
        Outputs(np.zeros((3, 2), dtype=np.float32), np.zeros((2, 4)))
