"""The classifier's logits for features that it has not seen as they are."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from components.errors import ConfigError


def on_its_device(classifier: nn.Module) -> Callable[[Tensor], Tensor]:
    """Features (B, F) of the processor to logits (B, C) of the processor in float64, wherever the classifier is."""
    device = next((one.device for one in classifier.parameters()), torch.device("cpu"))

    def logits(features: Tensor) -> Tensor:
        found: Tensor = classifier(features.to(device))
        return found.cpu().double()

    return logits


def last_layer(classifier: nn.Module) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Weights (C, F) and biases (C,) where the classifier is a single linear layer; else None."""
    layers = [one for one in classifier.modules() if not list(one.children())]
    if len(layers) != 1 or not isinstance(layers[0], nn.Linear):
        return None
    linear = layers[0]
    weights = linear.weight.detach().cpu().double().numpy()
    biases = dict(linear.named_parameters()).get("bias")
    return weights, np.zeros(len(weights)) if biases is None else biases.detach().cpu().double().numpy()


def check_share(name: str, value: float) -> None:
    """Raise ConfigError unless a number of a detector lies between 0 and 1, ends excluded."""
    if not 0 < value < 1:
        raise ConfigError(f"detector.{name} is {value}, expected a share between 0 and 1")
