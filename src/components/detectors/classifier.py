"""Access to a trained classifier: its logits for given features, and the weights of its linear layer."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from components.errors import ConfigError


def cpu_classifier(classifier: nn.Module) -> Callable[[Tensor], Tensor]:
    """Return a function that maps features to logits on the CPU, whatever device the classifier is on.

    Args:
        classifier: Maps features (B, F) to logits (B, C).

    Returns:
        Function from features (B, F) on the CPU to logits (B, C), float64, on the CPU.
    """
    device = next((parameter.device for parameter in classifier.parameters()), torch.device("cpu"))

    def logits(features: Tensor) -> Tensor:
        output: Tensor = classifier(features.to(device))
        return output.cpu().double()

    return logits


def last_layer(classifier: nn.Module) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return the weights (C, F) and biases (C,) of a classifier that is a single linear layer; None for any other."""
    layers = [module for module in classifier.modules() if not list(module.children())]
    if len(layers) != 1 or not isinstance(layers[0], nn.Linear):
        return None
    linear = layers[0]
    weights = linear.weight.detach().cpu().double().numpy()
    biases = dict(linear.named_parameters()).get("bias")
    return weights, np.zeros(len(weights)) if biases is None else biases.detach().cpu().double().numpy()


def check_fraction(name: str, value: float) -> None:
    """Raise ConfigError unless `detector.NAME` is in the open interval (0, 1)."""
    if not 0 < value < 1:
        raise ConfigError(f"detector.{name} is {value}, expected a number between 0 and 1, both excluded")
