"""The base class of all backbones, and freezing of layers."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.modules.batchnorm import _BatchNorm

from components.backbones.pixels import Normalization, Normalize
from components.backbones.views import View, views_of
from components.errors import ConfigError
from components.storage import digest


class Backbone(nn.Module):
    """Map photos to features: pixel normalisation and network in one module.

    Frozen layers (`requires_grad` off) behave like Keras's `trainable = False`: their batch norms keep the running
    statistics and their dropout is inactive even under `.train()`. Autograd records nothing before the first trained
    layer, unless the images require a gradient.

    Attributes:
        out_features: Length of a feature vector.
        normalization: Normalisation of the pixels.
        network: Network from normalised images to (B, out_features). Its weights are in channels-last memory format,
            so that its convolutions run in that format.
        architecture: Name and arguments that determine the function that the weights parametrise.
        views: Views of a photo (`components.backbones.views`); features are the mean over all their combinations.
        unit_length: Whether features are divided by their Euclidean norm, those of each view and their mean.
        multiple: Sides that the network takes are multiples of this number of pixels.
    """

    def __init__(
        self,
        network: nn.Module,
        *,
        out_features: int,
        normalization: Normalization,
        architecture: dict[str, Any],
        views: Sequence[View] = (),
        unit_length: bool = False,
        multiple: int = 1,
    ) -> None:
        """Store the arguments; see the attributes.

        Raises:
            ConfigError: There are views, and a part of the network is trained.
        """
        super().__init__()
        if views and any(parameter.requires_grad for parameter in network.parameters()):
            raise ConfigError(
                f"backbone.views=[{', '.join(views)}]: features are averaged over views of a frozen backbone only, and "
                "this one is trained. Set backbone.frozen=true and backbone.train_last=0, or backbone.views=[]; to "
                "train on altered photos choose an option of augmentation"
            )
        self.out_features = out_features
        self.normalization = normalization
        self.architecture = architecture
        self.views, self.unit_length, self.multiple = tuple(views), unit_length, multiple
        self.normalize = Normalize(normalization)
        self.network = network.to(memory_format=torch.channels_last)
        self.train()

    @property
    def frozen(self) -> bool:
        """Whether no parameter is trained; features can then be computed once and cached."""
        return not any(parameter.requires_grad for parameter in self.parameters())

    def forward(self, images: Tensor) -> Tensor:
        """Return features (B, out_features) of images (B, 3, H, W), uint8 in 0..255 or floating point in 0..1."""
        normalized = self.normalize(images)
        if not self.views:
            return self._features(normalized)
        features = torch.stack([self._features(view) for view in views_of(normalized, self.views, self.multiple)])
        return self._scaled(features.mean(0))

    def _features(self, normalized: Tensor) -> Tensor:
        return self._scaled(self.network(normalized))

    def _scaled(self, features: Tensor) -> Tensor:
        """Return features of unit length, if they are to be."""
        return functional.normalize(features) if self.unit_length else features

    def train(self, mode: bool = True) -> Self:
        """Set training mode for all modules except frozen ones, which stay in evaluation mode."""
        super().train(mode)
        for module in self.network.modules():
            trained = [parameter.requires_grad for parameter in module.parameters()]
            if trained and not any(trained):
                module.eval()
        return self

    def description(self) -> list[dict[str, Any]]:
        """Return what determines the features apart from the weights: architecture, normalisation, views, length.

        Views and length are left out where they have their defaults.
        """
        options: dict[str, Any] = {"views": sorted(set(self.views))} if self.views else {}
        options |= {"unit_length": True} if self.unit_length else {}
        return [self.architecture, asdict(self.normalization), *([options] if options else [])]

    def fingerprint(self) -> str:
        """Return a hash of `description` and weights; equal fingerprints mean equal features.

        Frozen layers, device and memory format have no influence on it.
        """
        parts: list[str | bytes] = [json.dumps(self.description(), sort_keys=True)]
        for name, tensor in self.network.state_dict().items():
            raw = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
            parts += [name, f"{tensor.dtype} {tuple(tensor.shape)}", raw]
        return digest(*parts)


def freeze(layers: Sequence[Iterable[nn.Parameter]], *, frozen: bool, train_last: int) -> None:
    """Freeze all layers of a network except the last ones.

    Args:
        layers: Parameters of each layer or block, from input to output.
        frozen: Whether to freeze; if false, all layers are trained.
        train_last: Number of layers at the end that stay trained although `frozen` is true.

    Raises:
        ConfigError: `train_last` is out of range, or is given while `frozen` is false.
    """
    if train_last and not frozen:
        raise ConfigError(
            f"backbone.train_last={train_last} with backbone.frozen=false: all blocks are trained already; "
            "set backbone.frozen=true to train the last blocks only, or backbone.train_last=0"
        )
    if not 0 <= train_last <= len(layers):
        raise ConfigError(
            f"backbone.train_last={train_last}: this backbone has {len(layers)} blocks, expected 0 to {len(layers)}"
        )
    for layer in layers[: len(layers) - train_last] if frozen else ():
        for parameter in layer:
            parameter.requires_grad_(False)


def count_parameters(module: nn.Module) -> tuple[int, int]:
    """Count the parameters of a module like Keras, and hence like the thesis.

    The running means and variances of batch norms count towards the total: MobileNetV2 without its classifier has
    2,257,984 parameters, of which 34,112 are running statistics.

    Returns:
        (total, trained): number of all parameters and of those trained by gradients.
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
