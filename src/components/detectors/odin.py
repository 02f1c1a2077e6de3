"""ODIN: temperature scaling and a small step towards the most probable class (Liang et al. 2018)."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from components.detectors.classifier import cpu_classifier
from components.detectors.detector import Outputs, State, Targets, known_photos
from components.detectors.logit_based import MSP, check_positive
from components.errors import ConfigError

Floats = NDArray[np.float64]


@dataclass
class ODIN:
    """One minus the maximum softmax probability at a high temperature, of perturbed features (Liang et al. 2018).

    The paper perturbs the pixels, which needs two more passes through the backbone. Here the features are perturbed,
    and the gradient is computed for the classifier only.

    Attributes:
        temperature: Divisor of the logits.
        epsilon: Size of the step in each feature, in standard deviations of the training features.
    """

    temperature: float = 1000.0
    epsilon: float = 0.0014
    _step: float = field(init=False, repr=False)
    _classifier: nn.Module = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_positive("temperature", self.temperature)
        if self.epsilon < 0:
            raise ConfigError(f"detector.epsilon is {self.epsilon}, expected 0 or more")

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:
        """Compute the step size from the standard deviation of the training features."""
        train, _ = known_photos(train, targets)
        self._step = self.epsilon * float(train.features.std(dtype=np.float64))
        self._classifier = classifier
        return self

    def score(self, outputs: Outputs) -> Floats:
        """Return the total probability of all classes except the most probable one, after the step."""
        from pytorch_ood.detector import odin_preprocessing

        logits = cpu_classifier(self._classifier)
        stepped = odin_preprocessing(
            logits, torch.from_numpy(outputs.features), eps=self._step, temperature=self.temperature
        )
        with torch.no_grad():
            return MSP(self.temperature).score(Outputs(outputs.features, logits(stepped).numpy()))

    def state(self) -> State:
        """Return the step size."""
        return {"step": np.array(self._step)}

    def load_state(self, state: State, classifier: nn.Module) -> Self:
        """Restore the step size, and store the classifier."""
        self._step, self._classifier = float(state["step"]), classifier
        return self
