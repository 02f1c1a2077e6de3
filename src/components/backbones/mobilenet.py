"""MobileNetV2, the thesis's transfer network."""

from torch import nn

from components.backbones.backbone import Backbone, freeze
from components.backbones.pixels import IMAGENET, Pixels, choose_normalization
from components.backbones.weights import load_weights, reaching, read_weights
from components.errors import ConfigError

BLOCKS = 19


def mobilenet_v2(
    *,
    image_size: int,
    weights: str | None = "IMAGENET1K_V1",
    blocks: int | None = None,
    frozen: bool = True,
    train_last: int = 0,
    pixels: Pixels = "weights",
) -> Backbone:
    """MobileNetV2 (Sandler et al. 2018) without its classifier: global average pooling, 1280 features.

    2,257,984 parameters in Keras's count. Source: thesis, transfer learning; it used Keras's ImageNet weights,
    torchvision's "IMAGENET1K_V1" come from the same recipe.

    Args:
        image_size: Side of the photos in pixels; any of 32 or more gives the same number of features.
        weights: "IMAGENET1K_V1" or "IMAGENET1K_V2" (torchvision's, fetched once), a local file (.safetensors or
            torch.save of torchvision's mobilenet_v2, its classifier may be there or not), or None: random.
        blocks: Keep only the first so many of the 19 feature blocks (stem, 17 inverted residuals, last
            convolution); None keeps all. Fewer blocks give shorter features.
        frozen: Train nothing of it.
        train_last: Train the last so many blocks although it is frozen.
        pixels: "weights": normalised as the weights were trained (ImageNet's mean and standard deviation);
            "unit": [0, 1], as in the thesis.

    Raises:
        WeightsError: The weights cannot be fetched, read or do not fit.
        ConfigError: An argument is out of range.
    """
    from torchvision.models import MobileNet_V2_Weights
    from torchvision.models import mobilenet_v2 as build

    if image_size < 32:
        raise ConfigError(f"image_size={image_size}: backbone=mobilenet_v2 needs photos of 32 px or more")
    if blocks is not None and not 1 <= blocks <= BLOCKS:
        raise ConfigError(f"backbone.blocks={blocks}: mobilenet_v2 has {BLOCKS} feature blocks, give 1 to {BLOCKS}")
    features: nn.Sequential = build().features
    if weights is not None:
        if weights in MobileNet_V2_Weights.__members__:
            with reaching(f"MobileNetV2 {weights}"):
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
    )
