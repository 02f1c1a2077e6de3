from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from components.detectors import Outputs


@dataclass(frozen=True)
class Case:
    """A small trained classifier with its outputs for training photos and for test photos, some of them unknown."""

    train: Outputs
    targets: NDArray[np.int64]
    test: Outputs
    unknown: NDArray[np.bool_]
    classifier: nn.Module


@pytest.fixture(scope="session")
def make_case() -> Callable[..., Case]:
    """Return a function that creates Gaussian classes of positive features, their classifier, and unknown photos."""

    def make(classes: int = 4, features: int = 16, n: int = 240, seed: int = 0, hidden: bool = False) -> Case:
        generator = np.random.default_rng(seed)
        centres = generator.gamma(2.0, 1.0, size=(classes + 1, features))
        targets = np.arange(n) % classes
        known, unknown = (
            np.abs(centres[labels] + 0.5 * generator.normal(size=(len(labels), features))).astype(np.float32)
            for labels in (np.concatenate([targets, np.arange(60) % classes]), np.full(40, classes))
        )
        classifier = _classifier(torch.from_numpy(centres[:classes]).float(), hidden)

        def outputs(rows: NDArray[np.float32]) -> Outputs:
            with torch.no_grad():
                return Outputs(rows, classifier(torch.from_numpy(rows)).double().numpy())

        test = np.concatenate([known[n:], unknown])
        return Case(outputs(known[:n]), targets, outputs(test), np.arange(100) >= 60, classifier)

    return make


def _classifier(centres: torch.Tensor, hidden: bool) -> nn.Module:
    """Return the Bayes classifier of Gaussians around the centres, linear or with an equivalent hidden layer."""
    size = centres.shape[1]
    parts = torch.eye(size)
    first = nn.Linear(size, 2 * size, bias=False)
    last = nn.Linear(2 * size if hidden else size, len(centres))
    with torch.no_grad():
        first.weight.copy_(torch.cat([parts, -parts]))
        last.weight.copy_(torch.cat([centres, -centres], dim=1) if hidden else centres)
        last.bias.copy_(-(centres**2).sum(dim=1) / 2)
    return nn.Sequential(first, nn.ReLU(), last) if hidden else nn.Sequential(last)
