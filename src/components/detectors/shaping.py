"""Detectors that change the features and look at the energy of what the classifier then says.

The features are the backbone's, pooled; the classifier is run again on them, the backbone is not.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from components.detectors.classifier import check_share, on_its_device
from components.detectors.detector import Outputs, State, Targets, photos_of_classes

Floats = NDArray[np.float64]


@dataclass
class ReAct:
    """Energy after features are cut off at a percentile of all training features (Sun et al. 2021).

    Attributes:
        percentile: Share of training features below the cut.
    """

    percentile: float = 0.9
    _fitted: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_share("percentile", self.percentile)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:
        """Find the cut."""
        from pytorch_ood.detector import ReAct as Theirs

        train, targets = photos_of_classes(train, targets)
        self._fitted = Theirs(None, on_its_device(classifier), percentile=self.percentile)
        self._fitted.fit_feature_maps(torch.from_numpy(train.features), torch.from_numpy(targets))
        return self

    def score(self, outputs: Outputs) -> Floats:
        """Energy of the logits of cut features."""
        return _energies(self._fitted, torch.from_numpy(outputs.features))

    def state(self) -> State:
        """Return the cut."""
        return {"threshold": np.array(self._fitted.threshold)}

    def load_state(self, state: State, classifier: nn.Module) -> Self:
        """Restore the cut, and keep the classifier."""
        from pytorch_ood.detector import ReAct as Theirs

        self._fitted = Theirs(
            None, on_its_device(classifier), threshold=float(state["threshold"]), percentile=self.percentile
        )
        return self


@dataclass
class ASH:
    """Energy after each photo's lowest features are set to zero (Djurisic et al. 2023).

    Attributes:
        percentile: Share of a photo's features that is set to zero.
        variant: What happens to the others: "s", they are scaled up; "b", they share the sum equally; "p", nothing.
    """

    percentile: float = 0.65
    variant: Literal["s", "b", "p"] = "s"
    _fitted: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_share("percentile", self.percentile)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Keep the classifier."""
        return self._keep(classifier)

    def _keep(self, classifier: nn.Module) -> Self:
        from pytorch_ood.detector import ASH as Theirs  # noqa: N811

        head = on_its_device(nn.Sequential(nn.Flatten(), classifier))
        self._fitted = Theirs(None, head, variant=f"ash-{self.variant}", percentile=self.percentile)
        return self

    def score(self, outputs: Outputs) -> Floats:
        """Energy of the logits of pruned features."""
        return _energies(self._fitted, torch.from_numpy(outputs.features)[:, :, None, None])

    def state(self) -> State:
        """Return no arrays: the classifier is all that is kept."""
        return {}

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Keep the classifier."""
        return self._keep(classifier)


@dataclass
class Scale:
    """Energy after all features of a photo are scaled by what its highest ones make up of them (Xu et al. 2024).

    Attributes:
        percentile: Share of a photo's features that does not count as high.
    """

    percentile: float = 0.85
    _fitted: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_share("percentile", self.percentile)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Keep the classifier."""
        return self._keep(classifier)

    def _keep(self, classifier: nn.Module) -> Self:
        from pytorch_ood.detector import SCALE as Theirs  # noqa: N811

        self._fitted = Theirs(None, on_its_device(nn.Sequential(nn.Flatten(), classifier)), percentile=self.percentile)
        return self

    def score(self, outputs: Outputs) -> Floats:
        """Energy of the logits of scaled features."""
        return _energies(self._fitted, torch.from_numpy(outputs.features)[:, :, None, None])

    def state(self) -> State:
        """Return no arrays: the classifier is all that is kept."""
        return {}

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Keep the classifier."""
        return self._keep(classifier)


def _energies(detector: Any, features: Tensor) -> Floats:
    with torch.no_grad():
        scores: Floats = detector.predict_feature_maps(features).numpy()
    return scores
