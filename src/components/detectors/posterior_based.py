"""Detectors that compare a photo with what is typical of the class it is likeliest of."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from components.detectors.detector import Outputs, State, Targets, photos_of_classes

Floats = NDArray[np.float64]


@dataclass
class KLMatching:
    """Kullback-Leibler divergence of the probabilities from the nearest class's typical ones (Hendrycks et al. 2022).

    A class's typical probabilities are the mean over the training photos that are taken for it (the paper has
    validation photos).
    """

    _fitted: Any = field(init=False, repr=False)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Mean probabilities of the photos taken for each class; a class that none is taken for has none."""
        from pytorch_ood.detector import KLMatching as Theirs

        train, _ = photos_of_classes(train, targets)
        self._fitted = Theirs(None).fit_logits(torch.from_numpy(train.logits))
        return self

    def score(self, outputs: Outputs) -> Floats:
        """The divergence, 0 or more."""
        scores: Floats = self._fitted.predict_logits(torch.from_numpy(outputs.logits)).numpy()
        return scores

    def state(self) -> State:
        """Return the typical probabilities by class: (K,) classes and (K, C) probabilities."""
        typical = self._fitted.dists
        return {
            "classes": np.array([int(name) for name in typical]),
            "probabilities": np.stack([one.numpy() for one in typical.values()]),
        }

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Restore the typical probabilities."""
        from pytorch_ood.detector import KLMatching as Theirs

        self._fitted = Theirs(None)
        for label, probabilities in zip(state["classes"], state["probabilities"], strict=True):
            self._fitted.dists[str(label)] = nn.Parameter(torch.from_numpy(probabilities), requires_grad=False)
        return self


@dataclass
class SHE:
    """Inner product with the mean features of the likeliest class, negated (Zhang et al. 2023).

    Own code: pytorch-ood's fails where a class has no training photo that is classified rightly; here such a
    class has the mean of all its photos, or of all photos where it has none.
    """

    _patterns: Floats = field(init=False, repr=False)

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Mean features of the photos of each class that are classified rightly."""
        train, targets = photos_of_classes(train, targets)
        features = train.features.astype(np.float64)
        right = train.logits.argmax(axis=1) == targets
        patterns = []
        for label in range(train.logits.shape[1]):
            own = targets == label
            chosen = next(one for one in (own & right, own, np.ones_like(own)) if one.any())
            patterns.append(features[chosen].mean(axis=0))
        self._patterns = np.stack(patterns)
        return self

    def score(self, outputs: Outputs) -> Floats:
        """The inner product, negated."""
        likeliest = self._patterns[outputs.logits.argmax(axis=1)]
        scores: Floats = -np.einsum("nf,nf->n", outputs.features.astype(np.float64), likeliest)
        return scores

    def state(self) -> State:
        """Return the mean features of the classes."""
        return {"patterns": self._patterns}

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Restore the mean features of the classes."""
        self._patterns = state["patterns"]
        return self
