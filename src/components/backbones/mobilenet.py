"""MobileNetV2, the pretrained network of the thesis."""

from collections.abc import Sequence

from torch import nn

from components.backbones.backbone import Backbone, freeze
from components.backbones.pixels import IMAGENET, Pixels, choose_normalization
from components.backbones.views import View
from components.backbones.weights import downloading, load_weights, read_weights
from components.errors import ConfigError

BLOCKS = 19
"""Number of blocks: stem, 17 inverted residuals, last convolution."""


def mobilenet_v2(
    *,
    image_size: int,
    weights: str | None = "IMAGENET1K_V1",
    blocks: int | None = None,
    frozen: bool = True,
    train_last: int = 0,
    pixels: Pixels = "weights",
    views: Sequence[View] = (),
    unit_length: bool = False,
) -> Backbone:
    """Create MobileNetV2 (Sandler et al. 2018) without classifier: global average pooling, 1280 features.

    It has 2,257,984 parameters, counted like Keras. Source: thesis, transfer learning. The thesis used Keras's ImageNet
    weights; torchvision's "IMAGENET1K_V1" come from the same recipe.

    Args:
        image_size: Side of the photos in pixels, at least 32; the number of features does not depend on it.
        weights: "IMAGENET1K_V1" or "IMAGENET1K_V2" (torchvision's, downloaded once), a local file (.safetensors or
            torch.save of torchvision's mobilenet_v2, with or without classifier), or None for random initialisation.
        blocks: Number of blocks to keep from the start of the network (19: stem, 17 inverted residuals, last
            convolution); None keeps all. With fewer blocks the features are shorter.
        frozen: Whether to freeze the network.
        train_last: Number of blocks at the end that are trained although `frozen` is true.
        pixels: "weights" normalises as in the training of the weights (mean and standard deviation of ImageNet);
            "unit" scales to [0, 1], as in the thesis.
        views: Views that features are averaged over, if the network is frozen: "mirror" (photo and mirror image),
            "crops" (whole photo and five crops of 7/8 of its side), "sizes" (also at 4/5 of the size).
        unit_length: Whether features are divided by their Euclidean norm.

    Raises:
        WeightsError: The weights cannot be downloaded or read, or do not match the network.
        ConfigError: An argument is out of range.
    """
    from torchvision.models import MobileNet_V2_Weights
    from torchvision.models import mobilenet_v2 as build

    if image_size < 32:
        raise ConfigError(f"image_size={image_size}: backbone=mobilenet_v2 needs photos of 32 px or more")
    if blocks is not None and not 1 <= blocks <= BLOCKS:
        raise ConfigError(f"backbone.blocks={blocks}: mobilenet_v2 has {BLOCKS} blocks, expected 1 to {BLOCKS}")
    features: nn.Sequential = build().features
    if weights is not None:
        if weights in MobileNet_V2_Weights.__members__:
            with downloading(f"MobileNetV2 {weights}"):
                state = MobileNet_V2_Weights[weights].get_state_dict(progress=True, check_hash=True)
        else:
            state = read_weights(weights)
        kept = {name.removeprefix("features."): tensor for name, tensor in state.items() if "classifier." not in name}
        load_weights(features, kept, f"backbone.weights={weights}")
    features = features[:blocks]
    freeze([list(block.parameters()) for block in features], frozen=frozen, train_last=train_last)
    channels = [layer.num_features for layer in features.modules() if isinstance(layer, nn.BatchNorm2d)]
    return Backbone(
        nn.Sequential(features, nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        out_features=channels[-1],
        normalization=choose_normalization(pixels, IMAGENET),
        architecture={"name": "mobilenet_v2", "blocks": len(features)},
        views=views,
        unit_length=unit_length,
    )
