"""The small network that the thesis trains from scratch."""

from torch import Tensor, nn

from components.backbones.backbone import Backbone
from components.backbones.pixels import UNIT
from components.errors import ConfigError

CHANNELS = (32, 64, 64)


class FlattenChannelsLast(nn.Module):
    """(B, C, H, W) to (B, H·W·C): Keras's order, and no copy for channels-last tensors."""

    def forward(self, maps: Tensor) -> Tensor:
        """Flatten `maps`."""
        return maps.permute(0, 2, 3, 1).flatten(1)


def thesis_cnn(*, image_size: int) -> Backbone:
    """The CNN from scratch: three times a 3x3 "valid" convolution, ReLU and 2x2 max pooling; then flattened.

    32, 64 and 64 channels; 43,264 features at 224 px. Pixels in [0, 1]. It starts as Keras layers do: Glorot
    uniform weights and zero biases. Source: thesis, closed set.

    Args:
        image_size: Side of the square photos, in pixels; at least 22.

    Raises:
        ConfigError: The photos are too small for three poolings.
    """
    layers: list[nn.Module] = []
    channels, side = 3, image_size
    for wider in CHANNELS:
        convolution = nn.Conv2d(channels, wider, kernel_size=3)
        nn.init.xavier_uniform_(convolution.weight)
        nn.init.zeros_(convolution.bias)  # type: ignore[arg-type]
        # the maximum of rectified values is the rectified maximum: the same function, a quarter of the work for ReLU
        layers += [convolution, nn.MaxPool2d(2), nn.ReLU(inplace=True)]
        channels, side = wider, (side - 2) // 2
    if side < 1:
        raise ConfigError(f"image_size={image_size}: backbone=cnn needs photos of 22 px or more")
    return Backbone(
        nn.Sequential(*layers, FlattenChannelsLast()),
        out_features=channels * side * side,
        normalization=UNIT,
        architecture={"name": "thesis_cnn"},
    )
