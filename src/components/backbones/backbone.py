"""What every network that turns photos into features obeys, and how its parts are frozen."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from components.backbones.pixels import Normalization, Normalize
from components.errors import ConfigError
from components.storage import digest


class Backbone(nn.Module):
    """Photos to features: normalisation and network in one module.

    What is frozen (`requires_grad` off) behaves as Keras's `trainable = False`: its batch norms keep their
    statistics and its dropout stays off even under `.train()`. Nothing is recorded for the backward pass
    before the first trained layer, unless the images themselves ask for a gradient.

    Attributes:
        out_features: Length of a feature vector.
        normalization: What is done to the pixels first.
        network: The network, from normalised images to (B, out_features); its weights are kept channels-last,
            which makes every convolution of it so.
        architecture: Name and arguments that decide which function the weights parametrise.
    """

    def __init__(
        self, network: nn.Module, *, out_features: int, normalization: Normalization, architecture: dict[str, Any]
    ) -> None:
        super().__init__()
        self.out_features = out_features
        self.normalization = normalization
        self.architecture = architecture
        self.normalize = Normalize(normalization)
        self.network = network.to(memory_format=torch.channels_last)
        self.train()

    @property
    def frozen(self) -> bool:
        """Whether no parameter is trained: then features can be computed once and kept."""
        return not any(parameter.requires_grad for parameter in self.parameters())

    def forward(self, images: Tensor) -> Tensor:
        """Give (B, out_features) features of `images` (B, 3, H, W): uint8 0..255 or floating point 0..1."""
        features: Tensor = self.network(self.normalize(images))
        return features

    def train(self, mode: bool = True) -> Self:
        """Set training mode in all but the frozen modules, which stay as in evaluation."""
        super().train(mode)
        for module in self.network.modules():
            trained = [parameter.requires_grad for parameter in module.parameters()]
            if trained and not any(trained):
                module.eval()
        return self

    def fingerprint(self) -> str:
        """Hash of architecture, normalisation and weights: equal fingerprints give equal features.

        What is frozen, the device and the memory format do not count.
        """
        about = json.dumps([self.architecture, asdict(self.normalization)], sort_keys=True)
        parts: list[str | bytes] = [about]
        for name, tensor in self.network.state_dict().items():
            raw = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
            parts += [name, f"{tensor.dtype} {tuple(tensor.shape)}", raw]
        return digest(*parts)


def freeze(layers: Sequence[Iterable[nn.Parameter]], *, frozen: bool, train_last: int) -> None:
    """Freeze a network but for its last layers.

    Args:
        layers: The parameters of each layer or block, from input to output.
        frozen: Whether to freeze at all; if not, everything is trained.
        train_last: How many of the last `layers` are trained all the same.

    Raises:
        ConfigError: `train_last` is out of range, or given though nothing is frozen.
    """
    if train_last and not frozen:
        raise ConfigError(
            f"backbone.train_last={train_last} with backbone.frozen=false: everything is trained already; "
            "set backbone.frozen=true to train the last blocks only, or leave train_last out"
        )
    if not 0 <= train_last <= len(layers):
        raise ConfigError(f"backbone.train_last={train_last}: this backbone has {len(layers)} blocks, give 0 to that")
    for layer in layers[: len(layers) - train_last] if frozen else ():
        for parameter in layer:
            parameter.requires_grad_(False)


def count_parameters(module: nn.Module) -> tuple[int, int]:
    """Count the numbers that `module` holds, and those of them that training changes by gradients.

    As Keras counts, hence as the thesis does: the running means and variances of batch norms are in the total
    (MobileNetV2 without its classifier has 2,257,984, of which 34,112 are such statistics).

    Returns:
        (total, trained).
    """
    parameters = list(module.parameters())
    statistics = sum(
        buffer.numel()
        for part in module.modules()
        if isinstance(part, _BatchNorm)
        for buffer in (part.running_mean, part.running_var)
        if buffer is not None
    )
    trained = sum(parameter.numel() for parameter in parameters if parameter.requires_grad)
    return sum(parameter.numel() for parameter in parameters) + statistics, trained
