"""Detectors that need nothing but the logits, and no fitting."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import entr, softmax
from torch import nn

from components.detectors.detector import Outputs, State, Targets
from components.errors import ConfigError


class OfLogits:
    """A score that is a function of the logits."""

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Nothing to learn."""
        return self

    def state(self) -> State:
        """Return no arrays."""
        return {}

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Do nothing: there is no fitted state."""
        return self


class NoDetector(OfLogits):
    """No unknown score: NaN for every photo, so that what the head itself says of the unknown stands."""

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """NaN for every photo."""
        return np.full(len(outputs), np.nan)


@dataclass(frozen=True)
class MSP(OfLogits):
    """One minus the maximum softmax probability (Hendrycks & Gimpel 2017), in [0, 1].

    Its own sum of the other classes' probabilities: subtracted from 1, as in pytorch-ood, confident photos tie.

    Attributes:
        temperature: Logits are divided by it.
    """

    temperature: float = 1.0

    def __post_init__(self) -> None:
        check_positive("temperature", self.temperature)

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """Probability of all classes but the likeliest."""
        ordered = np.sort(outputs.logits, axis=1) / self.temperature
        others = np.exp(ordered[:, :-1] - ordered[:, -1:]).sum(axis=1)
        share: NDArray[np.float64] = others / (1 + others)
        return share


class MaxLogit(OfLogits):
    """The negative maximum logit (Hendrycks et al. 2022; the score of Vaze et al. 2022)."""

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """The highest logit, negated."""
        highest: NDArray[np.float64] = outputs.logits.max(axis=1)
        return -highest


@dataclass(frozen=True)
class Energy(OfLogits):
    """The free energy of the logits, -T log sum exp(logit / T) (Liu et al. 2020).

    Attributes:
        temperature: T.
    """

    temperature: float = 1.0

    def __post_init__(self) -> None:
        check_positive("temperature", self.temperature)

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """The energy; negative for confident photos."""
        from pytorch_ood.detector import EnergyBased

        scores: NDArray[np.float64] = EnergyBased.score(torch.from_numpy(outputs.logits), self.temperature).numpy()
        return scores


class Entropy(OfLogits):
    """Entropy of the softmax probabilities, in nats.

    Own code: pytorch-ood's cuts probabilities off at 1e-7, where confident photos tie.
    """

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """The entropy, from 0 to log C."""
        entropies: NDArray[np.float64] = entr(softmax(outputs.logits, axis=1)).sum(axis=1)
        return entropies


@dataclass(frozen=True)
class GEN(OfLogits):
    """Generalised entropy of the highest probabilities: sum of p^gamma (1 - p)^gamma (Liu et al. 2023).

    Own code: pytorch-ood's cuts probabilities off at 1e-7, where confident photos tie.

    Attributes:
        gamma: Exponent; small ones look at the tail.
        top: How many of the highest probabilities count; None: all (the paper: 100 of 1,000 classes).
    """

    gamma: float = 0.1
    top: int | None = None

    def __post_init__(self) -> None:
        check_positive("gamma", self.gamma)
        if self.top is not None:
            check_positive("top", self.top)

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """The generalised entropy."""
        highest_first = -np.sort(-softmax(outputs.logits, axis=1), axis=1)
        rest = 1 - highest_first
        rest[:, 0] = highest_first[:, 1:].sum(axis=1)  # 1 - p would be 0 for confident photos
        sums: NDArray[np.float64] = ((highest_first * rest) ** self.gamma)[:, : self.top].sum(axis=1)
        return sums


def check_positive(name: str, value: float) -> None:
    """Raise ConfigError unless a number of a detector is above 0."""
    if not value > 0:
        raise ConfigError(f"detector.{name} is {value}, expected a number above 0")
