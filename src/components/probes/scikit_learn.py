"""Any linear classifier of scikit-learn, as it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from sklearn.base import clone
from torch import nn

from components.errors import ConfigError
from components.probes.data import ProbeData
from components.probes.linear import linear_layers


@dataclass(frozen=True)
class ScikitLearn:
    """Fit an estimator of scikit-learn on the features, one problem after another: the reference for other probes.

    Attributes:
        estimator: Classifier with `coef_` and `intercept_` after `fit`, such as LogisticRegression or LinearSVC. Its
            decision function gives the logits; those of two classes are 0 and the decision.
        balance: "weights" weights the photos by inverse class frequency.
    """

    estimator: Any
    balance: Literal["none", "weights"] = "none"
    steps: ClassVar[int] = 1

    @property
    def description(self) -> str:
        """Name in texts."""
        return f"scikit-learn's {type(self.estimator).__name__}"

    def fit(self, data: ProbeData, on_step: Callable[[int], None]) -> list[nn.Module]:
        """Return a linear layer for each problem; arguments as of `LogisticRegression.fit`.

        Raises:
            ConfigError: A target is no single class, or the estimator is not linear.
        """
        if bool(((data.targets > 0) & (data.targets < 1)).any()):
            raise ConfigError(
                "training=scikit_learn needs one class per photo: with head=outlier_exposure use training=logistic"
            )
        classes, fitted = data.targets.shape[1], []
        for features, targets, weights in data.each():
            model = clone(self.estimator)
            model.fit(features.cpu().numpy(), targets.argmax(dim=1).cpu().numpy(), weights.cpu().numpy())
            if not hasattr(model, "coef_"):
                raise ConfigError(
                    f"training.estimator={type(model).__name__}: expected a linear classifier of scikit-learn, with "
                    "coef_ after fit, such as sklearn.svm.LinearSVC"
                )
            weight, bias = np.zeros((classes, features.shape[1])), np.full(classes, -1e6)
            if len(model.classes_) == 2:
                weight[model.classes_[1]], bias[model.classes_[1]] = model.coef_[0], model.intercept_[0]
                bias[model.classes_[0]] = 0
            else:
                weight[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
            fitted.append((weight, bias))
            on_step(1)
        stacked = (torch.from_numpy(np.stack(parts)) for parts in zip(*fitted, strict=True))
        return linear_layers(*(part.to(data.features) for part in stacked))
