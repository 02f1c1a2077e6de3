"""The small CNN that the thesis trains from scratch."""

from collections.abc import Sequence

from torch import Tensor, nn

from components.backbones.backbone import Backbone
from components.backbones.pixels import UNIT
from components.backbones.views import View
from components.errors import ConfigError

CHANNELS = (32, 64, 64)


class FlattenChannelsLast(nn.Module):
    """Flatten (B, C, H, W) to (B, H·W·C): Keras's order, without a copy for channels-last tensors."""

    def forward(self, maps: Tensor) -> Tensor:
        """Flatten feature maps."""
        return maps.permute(0, 2, 3, 1).flatten(1)


def thesis_cnn(*, image_size: int, views: Sequence[View] = (), unit_length: bool = False) -> Backbone:
    """Create the thesis's CNN: three blocks of 3x3 "valid" convolution, ReLU and 2x2 max pooling, then flattening.

    The blocks have 32, 64 and 64 channels, which gives 43,264 features at 224 px. Pixels are scaled to [0, 1].
    Weights are initialised like Keras's: Glorot uniform, biases zero. Source: thesis, closed set.

    Args:
        image_size: Side of the square photos in pixels, at least 22.
        views: Views that features are averaged over; only frozen backbones have any, and this one is trained.
        unit_length: Whether features are divided by their Euclidean norm.

    Raises:
        ConfigError: `image_size` is too small for three pooling layers, or there are views.
    """
    layers: list[nn.Module] = []
    channels, side = 3, image_size
    for out_channels in CHANNELS:
        convolution = nn.Conv2d(channels, out_channels, kernel_size=3)
        nn.init.xavier_uniform_(convolution.weight)
        nn.init.zeros_(convolution.bias)  # type: ignore[arg-type]
        # max pooling commutes with ReLU; pooling first leaves ReLU a quarter of the work
        layers += [convolution, nn.MaxPool2d(2), nn.ReLU(inplace=True)]
        channels, side = out_channels, (side - 2) // 2
    if side < 1:
        raise ConfigError(f"image_size={image_size}: backbone=cnn needs photos of 22 px or more")
    return Backbone(
        nn.Sequential(*layers, FlattenChannelsLast()),
        out_features=channels * side * side,
        normalization=UNIT,
        architecture={"name": "thesis_cnn"},
        views=views,
        unit_length=unit_length,
    )
