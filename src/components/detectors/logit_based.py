"""Detectors that are functions of the logits and need no fitting."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import entr, softmax
from torch import nn

from components.detectors.detector import Outputs, State, Targets
from components.errors import ConfigError


class LogitDetector:
    """Base class of detectors whose score is a function of the logits."""

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Do nothing: there are no parameters to fit."""
        return self

    def state(self) -> State:
        """Return an empty dictionary."""
        return {}

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Do nothing: there is no fitted state."""
        return self


class NoDetector(LogitDetector):
    """No detector: the score is NaN for every photo, so that the unknown score of the head itself is used."""

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """Return NaN for every photo."""
        return np.full(len(outputs), np.nan)


@dataclass(frozen=True)
class MSP(LogitDetector):
    """One minus the maximum softmax probability (Hendrycks & Gimpel 2017), in [0, 1].

    Computed as the sum of the probabilities of the other classes: 1 minus the maximum, as in pytorch-ood, is rounded to
    0 for all very confident photos.

    Attributes:
        temperature: Divisor of the logits.
    """

    temperature: float = 1.0

    def __post_init__(self) -> None:
        check_positive("temperature", self.temperature)

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """Return the total probability of all classes except the most probable one."""
        ordered = np.sort(outputs.logits, axis=1) / self.temperature
        others = np.exp(ordered[:, :-1] - ordered[:, -1:]).sum(axis=1)
        share: NDArray[np.float64] = others / (1 + others)
        return share


class MaxLogit(LogitDetector):
    """The negative maximum logit (Hendrycks et al. 2022; the score of Vaze et al. 2022)."""

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """Return the negative maximum logit."""
        highest: NDArray[np.float64] = outputs.logits.max(axis=1)
        return -highest


@dataclass(frozen=True)
class Energy(LogitDetector):
    """The free energy of the logits, -T log sum exp(logit / T) (Liu et al. 2020).

    Attributes:
        temperature: T, the divisor of the logits.
    """

    temperature: float = 1.0

    def __post_init__(self) -> None:
        check_positive("temperature", self.temperature)

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """Return the energy; negative for confident photos."""
        from pytorch_ood.detector import EnergyBased

        scores: NDArray[np.float64] = EnergyBased.score(torch.from_numpy(outputs.logits), self.temperature).numpy()
        return scores


class Entropy(LogitDetector):
    """Entropy of the softmax probabilities, in nats.

    pytorch-ood is not used because it clips probabilities at 1e-7, so that confident photos get equal scores.
    """

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """Return the entropy, from 0 to log C."""
        entropies: NDArray[np.float64] = entr(softmax(outputs.logits, axis=1)).sum(axis=1)
        return entropies


@dataclass(frozen=True)
class GEN(LogitDetector):
    """Generalised entropy of the highest probabilities: sum of p^gamma (1 - p)^gamma (Liu et al. 2023).

    pytorch-ood is not used because it clips probabilities at 1e-7, so that confident photos get equal scores.

    Attributes:
        gamma: Exponent; small values give more weight to small probabilities.
        top_k: Number of highest probabilities that are summed; None: all (the paper: 100 of 1,000 classes).
    """

    gamma: float = 0.1
    top_k: int | None = None

    def __post_init__(self) -> None:
        check_positive("gamma", self.gamma)
        if self.top_k is not None:
            check_positive("top_k", self.top_k)

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """Return the generalised entropy, 0 or more."""
        highest_first = -np.sort(-softmax(outputs.logits, axis=1), axis=1)
        rest = 1 - highest_first
        rest[:, 0] = highest_first[:, 1:].sum(
            axis=1
        )  # more precise than 1 - p, which is rounded to 0 for confident photos
        sums: NDArray[np.float64] = ((highest_first * rest) ** self.gamma)[:, : self.top_k].sum(axis=1)
        return sums


def check_positive(name: str, value: float) -> None:
    """Raise ConfigError unless `detector.NAME` is above 0."""
    if not value > 0:
        raise ConfigError(f"detector.{name} is {value}, expected a number above 0")
