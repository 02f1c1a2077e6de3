"""Linear layers from weights and biases."""

import torch
from torch import Tensor, nn


def linear_layers(weights: Tensor, biases: Tensor) -> list[nn.Module]:
    """Return a network of one linear layer for each of weights (B, C, F) and biases (B, C), in float32."""
    networks: list[nn.Module] = []
    for weight, bias in zip(weights.float(), biases.float(), strict=True):
        layer = nn.Linear(weight.shape[1], weight.shape[0], device=weight.device, dtype=torch.float32)
        layer.weight, layer.bias = nn.Parameter(weight.clone()), nn.Parameter(bias.clone())
        networks.append(nn.Sequential(layer))
    return networks
