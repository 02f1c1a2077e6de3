"""Detectors that modify the features and return the energy of the resulting logits.

The features are the pooled output of the backbone; only the classifier is run again.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from components.detectors.classifier import check_fraction, cpu_classifier
from components.detectors.detector import Outputs, State, Targets, known_photos

Floats = NDArray[np.float64]


@dataclass
class ReAct:
    """Energy after features are clipped at a percentile of all training features (Sun et al. 2021).

    Attributes:
        percentile: Share of the training features below the threshold, between 0 and 1.
    """

    percentile: float = 0.9
    _fitted: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_fraction("percentile", self.percentile)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:
        """Compute the clipping threshold."""
        from pytorch_ood.detector import ReAct as Theirs

        train, targets = known_photos(train, targets)
        self._fitted = Theirs(None, cpu_classifier(classifier), percentile=self.percentile)
        self._fitted.fit_feature_maps(torch.from_numpy(train.features), torch.from_numpy(targets))
        return self

    def score(self, outputs: Outputs) -> Floats:
        """Return the energy of the logits of the clipped features."""
        return _energies(self._fitted, torch.from_numpy(outputs.features))

    def state(self) -> State:
        """Return the clipping threshold."""
        return {"threshold": np.array(self._fitted.threshold)}

    def load_state(self, state: State, classifier: nn.Module) -> Self:
        """Restore the clipping threshold, and store the classifier."""
        from pytorch_ood.detector import ReAct as Theirs

        self._fitted = Theirs(
            None, cpu_classifier(classifier), threshold=float(state["threshold"]), percentile=self.percentile
        )
        return self


@dataclass
class _PerPhotoShaping(ABC):
    """Shape each photo's features by themselves: nothing is fitted, only the classifier is stored.

    Attributes:
        percentile: Share of a photo's features, between 0 and 1; see the subclasses.
    """

    percentile: float
    _fitted: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_fraction("percentile", self.percentile)

    @abstractmethod
    def _detector(self, head: Callable[[Tensor], Tensor]) -> Any:
        """Return the detector of pytorch-ood for this classifier of feature maps."""

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Store the classifier."""
        self._fitted = self._detector(cpu_classifier(nn.Sequential(nn.Flatten(), classifier)))
        return self

    def score(self, outputs: Outputs) -> Floats:
        """Return the energy of the logits of the shaped features."""
        return _energies(self._fitted, torch.from_numpy(outputs.features)[:, :, None, None])

    def state(self) -> State:
        """Return an empty dictionary: only the classifier is needed."""
        return {}

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Store the classifier."""
        self._fitted = self._detector(cpu_classifier(nn.Sequential(nn.Flatten(), classifier)))
        return self


@dataclass
class ASH(_PerPhotoShaping):
    """Energy after each photo's lowest features are set to zero (Djurisic et al. 2023).

    Attributes:
        percentile: Share of a photo's features that is set to zero, between 0 and 1.
        variant: What is done with the other features. "s": scale them up; "b": set all of them to the same value, so
            that their sum is unchanged; "p": leave them as they are.
    """

    percentile: float = 0.65
    variant: Literal["s", "b", "p"] = "s"

    def _detector(self, head: Callable[[Tensor], Tensor]) -> Any:
        from pytorch_ood.detector import ASH as Theirs  # noqa: N811

        return Theirs(None, head, variant=f"ash-{self.variant}", percentile=self.percentile)


@dataclass
class Scale(_PerPhotoShaping):
    """Energy after a photo's features are scaled by exp(sum / sum of the highest ones) (SCALE, Xu et al. 2024).

    Attributes:
        percentile: Share of a photo's features that are not among the highest, between 0 and 1.
    """

    percentile: float = 0.85

    def _detector(self, head: Callable[[Tensor], Tensor]) -> Any:
        from pytorch_ood.detector import SCALE as Theirs  # noqa: N811

        return Theirs(None, head, percentile=self.percentile)


def _energies(detector: Any, features: Tensor) -> Floats:
    with torch.no_grad():
        scores: Floats = detector.predict_feature_maps(features).numpy()
    return scores
