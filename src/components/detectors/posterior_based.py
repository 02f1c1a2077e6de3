"""Detectors that compare a photo with the mean probabilities or mean features of classes."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from components.detectors.detector import Outputs, State, Targets, known_photos

Floats = NDArray[np.float64]


@dataclass
class KLMatching:
    """Smallest Kullback-Leibler divergence of the probabilities from mean probabilities (Hendrycks et al. 2022).

    There is one mean per predicted class: over the training photos that are predicted as this class (the paper uses
    validation photos).
    """

    _fitted: Any = field(init=False, repr=False)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Compute the mean probabilities per predicted class; classes that are never predicted have none."""
        from pytorch_ood.detector import KLMatching as Theirs

        train, _ = known_photos(train, targets)
        self._fitted = Theirs(None).fit_logits(torch.from_numpy(train.logits))
        return self

    def score(self, outputs: Outputs) -> Floats:
        """Return the smallest divergence, 0 or more."""
        scores: Floats = self._fitted.predict_logits(torch.from_numpy(outputs.logits)).numpy()
        return scores

    def state(self) -> State:
        """Return the mean probabilities: (K,) predicted classes and (K, C) probabilities."""
        means = self._fitted.dists
        return {
            "classes": np.array([int(name) for name in means]),
            "probabilities": np.stack([mean.numpy() for mean in means.values()]),
        }

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Restore the mean probabilities."""
        from pytorch_ood.detector import KLMatching as Theirs

        self._fitted = Theirs(None)
        for label, probabilities in zip(state["classes"], state["probabilities"], strict=True):
            self._fitted.dists[str(label)] = nn.Parameter(torch.from_numpy(probabilities), requires_grad=False)
        return self


@dataclass
class SHE:
    """Negative inner product with the mean features of the predicted class (SHE, Zhang et al. 2023).

    pytorch-ood is not used because it fails if a class has no correctly classified training photo; here such a class
    gets the mean of all its photos, or the mean of all training photos if it has none.
    """

    _patterns: Floats = field(init=False, repr=False)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Compute the mean features of the correctly classified photos of each class."""
        train, targets = known_photos(train, targets)
        features = train.features.astype(np.float64)
        correct = train.logits.argmax(axis=1) == targets
        patterns = []
        for label in range(train.logits.shape[1]):
            own = targets == label
            chosen = next(mask for mask in (own & correct, own, np.ones_like(own)) if mask.any())
            patterns.append(features[chosen].mean(axis=0))
        self._patterns = np.stack(patterns)
        return self

    def score(self, outputs: Outputs) -> Floats:
        """Return the negative inner product."""
        pattern = self._patterns[outputs.logits.argmax(axis=1)]
        scores: Floats = -np.einsum("nf,nf->n", outputs.features.astype(np.float64), pattern)
        return scores

    def state(self) -> State:
        """Return the mean features of the classes."""
        return {"patterns": self._patterns}

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Restore the mean features of the classes."""
        self._patterns = state["patterns"]
        return self
