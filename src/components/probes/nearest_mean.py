"""The nearest class mean, as a linear layer with probabilities."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from components.errors import ConfigError
from components.probes.calibration import calibrated
from components.probes.data import ProbeData


@dataclass(frozen=True)
class NearestMean:
    """Predict the class whose mean of the training photos is nearest (scikit-learn's NearestCentroid).

    Squared Euclidean distances are linear in the features up to a term that all classes share. Their scale is chosen so
    that the probabilities have the lowest log loss in cross-validation inside the training photos.

    Attributes:
        folds: Number of folds of that cross-validation.
        balance: "weights" weights the photos by inverse class frequency, for the scale of the probabilities.
    """

    folds: int = 5
    balance: Literal["none", "weights"] = "none"
    description: ClassVar[str] = "nearest class mean"
    steps: ClassVar[int] = 1

    def __post_init__(self) -> None:
        if self.folds < 2:
            raise ConfigError(f"training.folds={self.folds}: expected at least 2")

    def fit(self, data: ProbeData, on_step: Callable[[int], None]) -> list[nn.Module]:
        """Return a linear layer for each problem; arguments as of `LogisticRegression.fit`."""
        networks = calibrated(data, self.folds, _class_means)
        on_step(len(data))
        return networks


def _class_means(data: ProbeData) -> tuple[Tensor, Tensor]:
    """Return weights (B, C, F) and biases (B, C) of half the negative squared distances to the class means."""
    shares = data.weights[:, :, None] * data.targets  # (B, n, C)
    totals = shares.sum(dim=1)
    means = torch.einsum("bnc,nf->bcf", shares, data.features) / totals.clamp(min=1e-300)[:, :, None]
    # a class without photos in a fold is infinitely far away, as far as a number can say
    biases = -0.5 * means.square().sum(dim=2)
    return means, torch.where(totals > 0, biases, biases.abs().max() * -1e3 - 1e3)
