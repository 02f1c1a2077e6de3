"""The multilayer perceptron (MLP) on the features of a backbone, and functions of its outputs."""

import copy
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from components.backbones import Backbone
from components.probes import Neighbours


def mlp(in_features: int, classes: int, hidden: float | None) -> nn.Module:
    """Create a classifier on features: linear, ReLU, linear; or a single linear layer.

    Weights are initialised like Keras's: Glorot uniform, biases zero.

    Args:
        in_features: Length of a feature vector.
        classes: Number of outputs.
        hidden: Width of the hidden layer in multiples of `classes` (thesis: 2); None for a single linear layer.
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
    """A backbone followed by an MLP: photos (B, 3, S, S) to logits (B, C)."""

    def __init__(self, backbone: Backbone, classes: int, hidden: float | None) -> None:
        """Add an MLP with `classes` outputs to `backbone`; see `mlp`."""
        super().__init__()
        self.backbone = backbone
        self.mlp = mlp(backbone.out_features, classes, hidden)

    def forward(self, photos: Tensor) -> Tensor:
        """Return logits (B, C) of photos (B, 3, S, S)."""
        logits: Tensor = self.mlp(self.backbone(photos))
        return logits

    def load_trained(self, state: Mapping[str, Tensor]) -> None:
        """Load trained weights: of the whole network, or without those of a frozen backbone."""
        device = next(self.mlp.parameters()).device
        own = {name.removeprefix("mlp."): tensor for name, tensor in state.items() if name.startswith("mlp.")}
        self.mlp = network_of_state(own).to(device)
        self.load_state_dict(state, strict=not self.backbone.frozen)


def softmax(logits: Tensor) -> Tensor:
    """Return probabilities (n, C) of logits (n, C), in float64 so that rows sum to 1 for every metric."""
    return torch.softmax(logits.double(), dim=1)


def one_minus_max_probability(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one minus the highest of the probabilities (n, C), as (n,).

    It is computed as the sum of all other probabilities, so that photos with a maximum of almost 1 keep their order.
    """
    ordered = np.sort(scores, axis=1)
    remainder: NDArray[np.float64] = ordered[:, :-1].sum(axis=1)
    return remainder


def network_of_state(state: Mapping[str, Tensor]) -> nn.Module:
    """Return the network from features to logits that a state dict is of: an MLP, or `Neighbours`."""
    if "votes" in state:
        return Neighbours.of_state(state)
    matrices = [tensor for tensor in state.values() if tensor.ndim == 2]
    classes = matrices[-1].shape[0]
    hidden = matrices[0].shape[0] / classes if len(matrices) == 2 else None
    network = mlp(matrices[0].shape[1], classes, hidden)
    network.load_state_dict(state)
    return network


def first_outputs(network: nn.Module, count: int) -> nn.Module:
    """Return a copy of a network from features to logits with only its first `count` outputs."""
    if isinstance(network, Neighbours):
        return network.first_outputs(count)
    copied = copy.deepcopy(network)
    last = [module for module in copied.modules() if isinstance(module, nn.Linear)][-1]
    if count < last.out_features:
        last.weight = nn.Parameter(last.weight.detach()[:count].clone())
        last.bias = nn.Parameter(last.bias.detach()[:count].clone())
        last.out_features = count
    return copied
