"""The classifier on top of features."""

import copy

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from components.backbones import Backbone


def mlp(in_features: int, classes: int, hidden: float | None) -> nn.Module:
    """Linear, ReLU, linear with `hidden` times `classes` units between (thesis: 2), or one linear layer.

    Weights are Glorot uniform and biases zero, as Keras has them.
    """
    if hidden is None:
        layers: list[nn.Module] = [nn.Linear(in_features, classes)]
    else:
        width = max(1, round(hidden * classes))
        layers = [nn.Linear(in_features, width), nn.ReLU(), nn.Linear(width, classes)]
    for layer in layers:
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


class Classifier(nn.Module):
    """A backbone and an MLP on it: photos (B, 3, S, S) to logits (B, C)."""

    def __init__(self, backbone: Backbone, classes: int, hidden: float | None) -> None:
        """Put an MLP for `classes` classes on `backbone`."""
        super().__init__()
        self.backbone = backbone
        self.mlp = mlp(backbone.out_features, classes, hidden)

    def forward(self, photos: Tensor) -> Tensor:
        """Logits (B, C)."""
        logits: Tensor = self.mlp(self.backbone(photos))
        return logits


def softmax(logits: Tensor) -> Tensor:
    """Probabilities (n, C) of logits (n, C), in float64 so that rows sum to 1 for every metric."""
    return torch.softmax(logits.double(), dim=1)


def others_share(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) one minus the highest of the probabilities (n, C), summed from the others: sure photos keep an order."""
    ordered = np.sort(scores, axis=1)
    share: NDArray[np.float64] = ordered[:, :-1].sum(axis=1)
    return share


def first_outputs(network: nn.Module, count: int) -> nn.Module:
    """A copy of an MLP that gives only its first `count` outputs."""
    cut = copy.deepcopy(network)
    last = [one for one in cut.modules() if isinstance(one, nn.Linear)][-1]
    if count < last.out_features:
        last.weight = nn.Parameter(last.weight.detach()[:count].clone())
        last.bias = nn.Parameter(last.bias.detach()[:count].clone())
        last.out_features = count
    return cut
