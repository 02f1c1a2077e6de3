"""Normalisation of pixels for the input of a network."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from components.errors import ConfigError

Pixels = Literal["weights", "unit"]


@dataclass(frozen=True)
class Normalization:
    """Normalisation of a value in [0, 1] to (value - mean) / std, per channel (red, green, blue).

    Attributes:
        mean: Mean of each of the three channels.
        std: Standard deviation of each of the three channels, positive.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.mean) != 3 or len(self.std) != 3 or min(self.std) <= 0:
            raise ValueError(f"{self}: expected three means and three positive standard deviations")


UNIT = Normalization((0.0,) * 3, (1.0,) * 3)
"""Pixels in [0, 1] without further normalisation, as in the thesis."""

IMAGENET = Normalization((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
"""Mean and standard deviation of ImageNet, used to train torchvision's weights."""

EFFICIENTNET_LITE = Normalization((127 / 255,) * 3, (128 / 255,) * 3)
"""(byte - 127) / 128, used to train the EfficientNet-Lite weights."""


def choose_normalization(pixels: Pixels, trained_with: Normalization) -> Normalization:
    """Return `trained_with` for "weights", and `UNIT` for "unit".

    Raises:
        ConfigError: `pixels` is neither "weights" nor "unit".
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
    """First layer of every backbone: normalise uint8 or floating point images."""

    scale: Tensor
    shift: Tensor

    def __init__(self, normalization: Normalization) -> None:
        super().__init__()
        mean = torch.tensor(normalization.mean, dtype=torch.float64).reshape(3, 1, 1)
        std = torch.tensor(normalization.std, dtype=torch.float64).reshape(3, 1, 1)
        self.register_buffer("scale", (1 / std).float(), persistent=False)
        self.register_buffer("shift", (-mean / std).float(), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """Normalise a batch of images.

        Args:
            images: (B, 3, H, W), uint8 in 0..255 or floating point in 0..1.

        Returns:
            (B, 3, H, W) in the floating point dtype of this module and the memory format of `images`.

        Raises:
            ValueError: `images` has another shape or dtype.
        """
        if images.ndim != 4 or images.shape[1] != 3:
            raise ValueError(f"expected images of shape (B, 3, H, W), got {tuple(images.shape)}")
        if images.dtype != torch.uint8 and not images.is_floating_point():
            raise ValueError(f"expected images of dtype uint8 (0..255) or floating point (0..1), got {images.dtype}")
        scale = self.scale / 255 if images.dtype == torch.uint8 else self.scale
        return torch.addcmul(self.shift, images.to(self.scale.dtype), scale)
