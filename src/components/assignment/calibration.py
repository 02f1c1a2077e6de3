"""Calibration on validation photos: the temperature of the softmax, and the margin below which to abstain."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from components.assignment.scores import ScoredChoices
from components.errors import DataError
from components.metrics import selective_threshold

Floats = NDArray[np.float64]
MIN_TEMPERATURE, MAX_TEMPERATURE = 1e-3, 10.0
"""Range in which the temperature is searched."""


@dataclass(frozen=True)
class Calibration:
    """Temperature and threshold, fitted on choices whose correct candidate is known.

    Attributes:
        temperature: Divisor of the cosines in the softmax.
        threshold: Smallest margin, in cosine, at which the best candidate is taken; infinity if no margin keeps the
            error rate, so that all choices abstain.
        max_error_rate: Tolerated share of wrong candidates among those taken.
        n: Number of choices that both were fitted on.
    """

    temperature: float
    threshold: float
    max_error_rate: float
    n: int


def calibrate(validation: ScoredChoices, max_error_rate: float, confidence: float = 0.9) -> Calibration:
    """Fit the temperature with the smallest log loss, and the smallest margin that keeps the error rate.

    The temperature follows Guo et al. 2017. The threshold is `components.metrics.selective_threshold` of the margins:
    with probability `confidence`, at most a share `max_error_rate` of the candidates taken are wrong, for photos from
    the distribution of the validation photos. An error rate of 5 % therefore needs at least 45 validation choices. If
    the bound holds for all validation choices, the threshold is 0 and no choice abstains.

    Args:
        validation: Choices whose correct candidate is known.
        max_error_rate: Tolerated share of wrong candidates among those taken, above 0. With 1 the threshold is 0: no
            choice abstains.
        confidence: Probability with which the error rate is kept, between 0 and 1.

    Raises:
        DataError: There are no choices, or one has no known correct candidate.
        ConfigError: `max_error_rate` or `confidence` is out of range.
    """
    if not len(validation) or (validation.truth < 0).any():
        raise DataError(
            "Calibration needs validation photos whose correct text is known: use a split with validation photos"
        )

    def log_loss(log_temperature: float) -> float:
        probabilities = softmax(validation.cosines, math.exp(log_temperature))
        correct = probabilities[np.arange(len(validation)), validation.truth]
        return float(-np.log(np.maximum(correct, 1e-12)).mean())

    bounds = (math.log(MIN_TEMPERATURE), math.log(MAX_TEMPERATURE))
    temperature = math.exp(minimize_scalar(log_loss, bounds=bounds, method="bounded").x)
    return Calibration(temperature, _threshold(validation, max_error_rate, confidence), max_error_rate, len(validation))


def _threshold(validation: ScoredChoices, max_error_rate: float, confidence: float) -> float:
    if max_error_rate == 1:
        return 0.0
    threshold = selective_threshold(validation.margin, ~validation.right, max_error_rate, confidence)
    return 0.0 if threshold <= validation.margin.min() else threshold  # the bound holds for all choices


def softmax(cosines: Floats, temperature: float) -> Floats:
    """Compute probabilities from cosines.

    Args:
        cosines: (n, m) cosines, NaN where a choice has fewer than m candidates.
        temperature: Divisor of the cosines.

    Returns:
        (n, m) probabilities of the candidates; 0 where there is none.
    """
    scaled = np.where(np.isnan(cosines), -np.inf, cosines / temperature)
    exponentials = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    probabilities: Floats = exponentials / exponentials.sum(axis=1, keepdims=True)
    return probabilities
