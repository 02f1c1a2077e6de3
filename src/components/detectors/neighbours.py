"""Detectors that look at the nearest training photos."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import logsumexp
from torch import nn

from components.detectors.detector import Outputs, State, Targets, photos_of_classes
from components.errors import ConfigError, DataError

Floats = NDArray[np.float64]


@dataclass
class KNN:
    """Distance to the k-th nearest training photo, features at unit length (Sun et al. 2022).

    Attributes:
        k: Which neighbour; the paper takes 50 for the 5,000 photos a class of CIFAR-10.
    """

    k: int = 10
    _features: NDArray[np.float32] = field(init=False, repr=False)
    _fitted: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _check_k(self.k)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Keep the training features."""
        train, _ = photos_of_classes(train, targets)
        _check_enough(self.k, train)
        return self._index(train.features)

    def _index(self, features: NDArray[np.float32]) -> Self:
        from pytorch_ood.detector import KNN as Theirs  # noqa: N811

        self._features = features
        labels = torch.zeros(len(features), dtype=torch.int64)  # theirs only reads which are below 0
        self._fitted = Theirs(None, k=self.k).fit_features(torch.from_numpy(features), labels)
        return self

    def state(self) -> State:
        """Return the training features."""
        return {"features": self._features}

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Index the training features again."""
        return self._index(state["features"])

    def score(self, outputs: Outputs) -> Floats:
        """Distance to the k-th neighbour, from 0 to 2."""
        if not len(outputs):  # scikit-learn takes no empty queries
            return np.zeros(0)
        scores: Floats = self._fitted.predict_features(torch.from_numpy(outputs.features)).double().numpy()
        return scores


@dataclass
class NNGuide:
    """The energy of a photo times its likeness to confident training photos (Park et al. 2023), negated.

    Own code: pytorch-ood's asks the classifier for the logits that are at hand, and moves it to another device.

    Attributes:
        k: How many of the training photos that guide most are averaged.
    """

    k: int = 10
    _bank: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _check_k(self.k)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Keep the training features at unit length, times their (positive) energy."""
        train, _ = photos_of_classes(train, targets)
        _check_enough(self.k, train)
        self._bank = _unit(train.features) * logsumexp(train.logits, axis=1)[:, None]
        return self

    def score(self, outputs: Outputs) -> Floats:
        """Guidance times energy, negated."""
        likeness = _unit(outputs.features) @ self._bank.T
        guidance = np.partition(likeness, -self.k, axis=1)[:, -self.k :].mean(axis=1)
        scores: Floats = -guidance * logsumexp(outputs.logits, axis=1)
        return scores

    def state(self) -> State:
        """Return the scaled training features."""
        return {"bank": self._bank}

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Restore the scaled training features."""
        self._bank = state["bank"]
        return self


def _unit(features: NDArray[np.float32]) -> Floats:
    wide = features.astype(np.float64)
    rows: Floats = wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-12)
    return rows


def _check_k(k: int) -> None:
    if k < 1:
        raise ConfigError(f"detector.k is {k}, expected 1 or more neighbours")


def _check_enough(k: int, train: Outputs) -> None:
    if k > len(train):
        raise DataError(f"detector.k asks for {k} neighbours among {len(train)} training photos: set it lower")
