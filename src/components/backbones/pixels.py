"""From the pixels that a photo has to the numbers that a network was trained on."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from components.errors import ConfigError

Pixels = Literal["weights", "unit"]


@dataclass(frozen=True)
class Normalization:
    """A value in [0, 1] becomes (value - mean) / std, one mean and std a channel (red, green, blue).

    Attributes:
        mean: Three means.
        std: Three standard deviations, all positive.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.mean) != 3 or len(self.std) != 3 or min(self.std) <= 0:
            raise ValueError(f"{self} needs three means and three positive standard deviations")


UNIT = Normalization((0.0,) * 3, (1.0,) * 3)
"""Pixels as they are, in [0, 1]: what the thesis fed to every network."""

IMAGENET = Normalization((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
"""The mean and standard deviation of ImageNet: what torchvision's weights were trained with."""

EFFICIENTNET_LITE = Normalization((127 / 255,) * 3, (128 / 255,) * 3)
"""(byte - 127) / 128: what the EfficientNet-Lite weights were trained with."""


def choose_normalization(pixels: Pixels, trained_with: Normalization) -> Normalization:
    """Give `trained_with` for "weights" and the thesis's [0, 1] for "unit".

    Raises:
        ConfigError: `pixels` is neither.
    """
    match pixels:
        case "weights":
            return trained_with
        case "unit":
            return UNIT
    raise ConfigError(
        f"backbone.pixels={pixels!r}: expected 'weights' (normalised as the weights were trained) or 'unit' ([0, 1])"
    )


class Normalize(nn.Module):
    """The first layer of every backbone: bytes or unit floats in, normalised floats out."""

    scale: Tensor
    shift: Tensor

    def __init__(self, normalization: Normalization) -> None:
        super().__init__()
        mean = torch.tensor(normalization.mean, dtype=torch.float64).reshape(3, 1, 1)
        std = torch.tensor(normalization.std, dtype=torch.float64).reshape(3, 1, 1)
        self.register_buffer("scale", (1 / std).float(), persistent=False)
        self.register_buffer("shift", (-mean / std).float(), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """Normalise `images`.

        Args:
            images: (B, 3, H, W), uint8 in 0..255 or floating point in 0..1.

        Returns:
            (B, 3, H, W) in the floating point type of this module and the memory format of `images`.

        Raises:
            ValueError: `images` has another shape or type.
        """
        if images.ndim != 4 or images.shape[1] != 3:
            raise ValueError(f"a backbone takes images of shape (B, 3, H, W), got {tuple(images.shape)}")
        if images.dtype != torch.uint8 and not images.is_floating_point():
            raise ValueError(f"a backbone takes uint8 (0..255) or floating point (0..1) images, got {images.dtype}")
        scale = self.scale / 255 if images.dtype == torch.uint8 else self.scale
        return torch.addcmul(self.shift, images.to(self.scale.dtype), scale)
