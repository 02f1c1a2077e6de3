"""Ridge regression onto the classes, whose penalty is chosen by leave-one-out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch
from sklearn.linear_model import RidgeCV
from torch import Tensor, nn

from components.errors import ConfigError
from components.probes.calibration import calibrated
from components.probes.data import ProbeData


@dataclass(frozen=True)
class Ridge:
    """Least squares onto the targets with a squared penalty (scikit-learn's RidgeCV, as its RidgeClassifierCV).

    The scale of the logits is chosen in cross-validation inside the training photos, see `calibrated`.

    Attributes:
        alphas: Strengths of the penalty, of which leave-one-out chooses one.
        folds: Number of folds for the scale of the logits.
        balance: "weights" weights the photos by inverse class frequency (scikit-learn's "balanced").
    """

    alphas: Sequence[float] = (1e-3, 1e-2, 0.1, 1, 10, 100, 1e3, 1e4)
    folds: int = 5
    balance: Literal["none", "weights"] = "none"
    description: ClassVar[str] = "ridge regression"
    steps: ClassVar[int] = 1

    def __post_init__(self) -> None:
        if not self.alphas or min(self.alphas) <= 0:
            raise ConfigError(f"training.alphas={self.alphas}: expected numbers above 0")
        if self.folds < 2:
            raise ConfigError(f"training.folds={self.folds}: expected at least 2")

    def fit(self, data: ProbeData, on_step: Callable[[int], None]) -> list[nn.Module]:
        """Return a linear layer for each problem; arguments as of `LogisticRegression.fit`."""
        networks = calibrated(data, self.folds, self._least_squares)
        on_step(len(data))
        return networks

    def _least_squares(self, data: ProbeData) -> tuple[Tensor, Tensor]:
        """Return weights (B, C, F) and biases (B, C)."""
        fitted = []
        for features, targets, weights in data.each():
            model = RidgeCV(self.alphas)
            # targets of -1 and 1, as RidgeClassifierCV: the choice among the alphas is the same
            model.fit(features.cpu().numpy(), 2 * targets.cpu().numpy() - 1, weights.cpu().numpy())
            fitted.append((model.coef_, np.broadcast_to(model.intercept_, len(model.coef_))))
        coefficients, intercepts = (torch.from_numpy(np.stack(parts)) for parts in zip(*fitted, strict=True))
        return coefficients.to(data.features), intercepts.to(data.features)
