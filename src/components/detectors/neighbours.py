"""Detectors that compare a photo with its nearest training photos."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import logsumexp
from torch import nn

from components.detectors.detector import Outputs, State, Targets, known_photos
from components.errors import ConfigError, DataError

Floats = NDArray[np.float64]


@dataclass
class KNN:
    """Distance to the k-th nearest training photo, with features of unit length (Sun et al. 2022).

    Attributes:
        k: Rank of the neighbour; the paper uses 50 for CIFAR-10, which has 5,000 photos per class.
    """

    k: int = 10
    _features: NDArray[np.float32] = field(init=False, repr=False)
    _fitted: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _check_k(self.k)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Store the training features."""
        train, _ = known_photos(train, targets)
        _check_enough(self.k, train)
        return self._index(train.features)

    def _index(self, features: NDArray[np.float32]) -> Self:
        from pytorch_ood.detector import KNN as Theirs  # noqa: N811

        self._features = features
        labels = torch.zeros(len(features), dtype=torch.int64)  # pytorch-ood ignores photos with a negative label
        self._fitted = Theirs(None, k=self.k).fit_features(torch.from_numpy(features), labels)
        return self

    def state(self) -> State:
        """Return the training features."""
        return {"features": self._features}

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Restore the training features."""
        return self._index(state["features"])

    def score(self, outputs: Outputs) -> Floats:
        """Return the distance to the k-th neighbour, from 0 to 2."""
        if not len(outputs):  # scikit-learn rejects empty queries
            return np.zeros(0)
        scores: Floats = self._fitted.predict_features(torch.from_numpy(outputs.features)).double().numpy()
        return scores


@dataclass
class NNGuide:
    """Negative energy-weighted similarity to confident training photos (NNGuide, Park et al. 2023).

    pytorch-ood is not used because it recomputes the given logits and moves the classifier to another device.

    Attributes:
        k: Number of training photos with the highest guidance that are averaged.
    """

    k: int = 10
    _bank: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _check_k(self.k)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Store the training features, scaled to unit length and multiplied by log sum exp of the logits."""
        train, _ = known_photos(train, targets)
        _check_enough(self.k, train)
        self._bank = _unit(train.features) * logsumexp(train.logits, axis=1)[:, None]
        return self

    def score(self, outputs: Outputs) -> Floats:
        """Return the negative product of guidance and log sum exp of the logits."""
        similarity = _unit(outputs.features) @ self._bank.T
        guidance = np.partition(similarity, -self.k, axis=1)[:, -self.k :].mean(axis=1)
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
        raise ConfigError(f"detector.k is {k}, expected 1 or more")


def _check_enough(k: int, train: Outputs) -> None:
    if k > len(train):
        raise DataError(f"detector.k is {k}, and there are only {len(train)} training photos: set a lower detector.k")
