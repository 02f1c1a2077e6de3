"""Linear discriminant analysis with shrinkage."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal
from warnings import catch_warnings, simplefilter

import numpy as np
import torch
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from torch import nn

from components.errors import ConfigError, DataError
from components.probes.data import ProbeData
from components.probes.linear import linear_layers


@dataclass(frozen=True)
class LinearDiscriminant:
    """Gaussian classes with one covariance (scikit-learn's LinearDiscriminantAnalysis, solver "lsqr").

    Attributes:
        shrinkage: How far the covariance is moved towards a multiple of the identity, 0 to 1; "auto" estimates it
            (Ledoit and Wolf 2004).
        balance: "weights" takes the same prior probability for all classes; "none" their frequencies.
    """

    shrinkage: float | Literal["auto"] = "auto"
    balance: Literal["none", "weights"] = "none"
    description: ClassVar[str] = "linear discriminant analysis"
    steps: ClassVar[int] = 1

    def __post_init__(self) -> None:
        if self.shrinkage != "auto" and not 0 <= float(self.shrinkage) <= 1:
            raise ConfigError(f"training.shrinkage={self.shrinkage}: expected auto or a number from 0 to 1")

    def fit(self, data: ProbeData, on_step: Callable[[int], None]) -> list[nn.Module]:
        """Return a linear layer for each problem; arguments as of `LogisticRegression.fit`.

        Raises:
            ConfigError: A target is no single class.
            DataError: There is only one photo of each class.
        """
        if bool(((data.targets > 0) & (data.targets < 1)).any()):
            raise ConfigError(
                "training=discriminant needs one class per photo: with head=outlier_exposure use training=logistic"
            )
        classes, fitted = data.targets.shape[1], []
        for features, targets, _ in data.each():
            of_rows = targets.argmax(dim=1).cpu().numpy()
            present = np.unique(of_rows)
            if len(of_rows) <= len(present):
                raise DataError(
                    "training=discriminant needs more training photos than classes: add photos, or set "
                    "training=logistic"
                )
            priors = np.full(len(present), 1 / len(present)) if self.balance == "weights" else None
            model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=self.shrinkage, priors=priors)
            with catch_warnings():
                simplefilter("ignore", UserWarning)  # a class with one photo has no covariance of its own
                model.fit(features.cpu().numpy(), of_rows)
            weight, bias = np.zeros((classes, features.shape[1])), np.full(classes, -1e6)
            if len(present) == 2:  # scikit-learn keeps the difference of the two classes only
                weight[present[1]], bias[present[1]] = model.coef_[0], model.intercept_[0]
                bias[present[0]] = 0
            else:
                # what all classes share cancels in the softmax, and costs digits in float32
                weight[present] = model.coef_ - model.coef_.mean(axis=0)
                bias[present] = model.intercept_ - model.intercept_.mean()
            fitted.append((weight, bias))
            on_step(1)
        weights, biases = (torch.from_numpy(np.stack(parts)) for parts in zip(*fitted, strict=True))
        return linear_layers(weights.to(data.features), biases.to(data.features))
