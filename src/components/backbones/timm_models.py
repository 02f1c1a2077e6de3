"""Any image model of timm."""

import sys
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from components.backbones.backbone import Backbone, freeze
from components.backbones.pixels import Normalization, Pixels, choose_normalization
from components.backbones.views import View, smaller_side
from components.backbones.weights import downloading, load_weights, read_weights
from components.errors import ConfigError
from components.wording import did_you_mean


def timm_model(
    *,
    image_size: int,
    name: str = "mobilenetv3_small_100",
    weights: str | None = "pretrained",
    frozen: bool = True,
    train_last: int = 0,
    pixels: Pixels = "weights",
    views: Sequence[View] = (),
    unit_length: bool = False,
) -> Backbone:
    """Create a model of timm (PyTorch Image Models, Wightman 2019) by name, without classifier.

    Args:
        image_size: Side of the photos in pixels; models with a fixed input size are built for it.
        name: Name in `timm.list_models()`, with or without the tag of the weights: "resnet18", "resnet18.a1_in1k".
        weights: "pretrained" (downloaded once from timm's hub), a local file (.safetensors or torch.save of the same
            model, with or without classifier), or None for random initialisation.
        frozen: Whether to freeze the network.
        train_last: Number of layer groups at the end that are trained although `frozen` is true (timm's groups:
            blocks, then head).
        pixels: "weights" normalises as in the training of the weights, according to timm; "unit" scales to [0, 1].
        views: Views that features are averaged over, if the network is frozen: "mirror" (photo and mirror image),
            "crops" (whole photo and five crops of 7/8 of its side), "sizes" (also at 4/5 of the size, rounded to a
            multiple of the model's patches).
        unit_length: Whether features are divided by their Euclidean norm.

    Raises:
        WeightsError: The weights cannot be downloaded or read, or do not match the network.
        ConfigError: timm has no model of this name, or the model does not take photos of this size.
    """
    import timm

    _check_name(name)
    if weights == "pretrained":
        with downloading(f"timm's weights of {name}"):
            network = _build(name, image_size, "sizes" in views, pretrained=True)
    else:
        network = _build(name, image_size, "sizes" in views, pretrained=False)
        if weights is not None:
            _load_file(network, weights)
    if train_last and not hasattr(network, "group_matcher"):
        raise ConfigError(
            f"backbone.train_last={train_last}: timm has no layer groups for {name}; set backbone.train_last=0"
        )
    groups: dict[int, list[nn.Parameter]] = {0: list(network.parameters())}
    if hasattr(network, "group_matcher"):
        groups = timm.models.group_parameters(network, network.group_matcher(coarse=False), return_values=True)
    freeze([groups[layer] for layer in sorted(groups)], frozen=frozen, train_last=train_last)
    trained_with = Normalization(tuple(network.pretrained_cfg["mean"]), tuple(network.pretrained_cfg["std"]))
    multiple = _patch_side(network)
    if "sizes" in views:
        _features(network, name, smaller_side(image_size, multiple))
    return Backbone(
        network,
        out_features=_features(network, name, image_size),
        normalization=choose_normalization(pixels, trained_with),
        architecture={"name": f"timm {name}"},
        views=views,
        unit_length=unit_length,
        multiple=multiple,
    )


def _check_name(name: str) -> None:
    import timm

    architecture, _, tag = name.partition(".")
    known = timm.list_models()
    if not timm.is_model(architecture):
        raise ConfigError(
            f"backbone.name={name!r}: timm {timm.__version__} has no model of this name.{_suggestion(name, known)}"
        )
    tags = [full.partition(".")[2] for full in timm.list_models(f"{architecture}.*", pretrained=True)]
    if tag and tag not in tags:
        known_tags = f"tags {', '.join(tags)}" if tags else "no tags"
        raise ConfigError(f"backbone.name={name!r}: the weights of {architecture} have {known_tags}")


def _suggestion(name: str, known: list[str]) -> str:
    """Return similar names, names that contain `name`, or how to list all."""
    if suggestion := did_you_mean(name, known, n=5):
        return suggestion
    longer = [other for other in known if name in other]
    return f" Did you mean {' or '.join(longer[:5])}?" if longer else " timm.list_models() lists all models"


def _build(name: str, image_size: int, several_sizes: bool, *, pretrained: bool) -> Any:
    import timm

    config = timm.get_pretrained_cfg(name)
    size: dict[str, Any] = {}
    if config is not None and config.fixed_input_size:
        if tuple(config.input_size[1:]) != (image_size, image_size):
            size["img_size"] = image_size
        if several_sizes:
            size["dynamic_img_size"] = True
    try:
        return timm.create_model(name, pretrained=pretrained, num_classes=0, **size)
    except (TypeError, AssertionError) as error:
        if not size:
            raise
        raise _size_error(name, image_size, error) from error


def _patch_side(network: Any) -> int:
    """Return the side of the patches that a model divides photos into; 1 if it has none, or not square ones."""
    patch = getattr(getattr(network, "patch_embed", None), "patch_size", (1, 1))
    return int(patch[0]) if patch[0] == patch[1] else 1


def _load_file(network: Any, file: str) -> None:
    classifier = network.pretrained_cfg.get("classifier") or ()
    prefixes = tuple(f"{part}." for part in ([classifier] if isinstance(classifier, str) else classifier))
    weights = {name: tensor for name, tensor in read_weights(file).items() if not name.startswith(prefixes)}
    # timm's conversion of a file for the model: position embeddings for another image size, names of older versions
    adapt = getattr(sys.modules[type(network).__module__], "checkpoint_filter_fn", None)
    if adapt is not None:
        weights = adapt(weights, network)
    load_weights(network, weights, f"backbone.weights={file}")


def _features(network: Any, name: str, image_size: int) -> int:
    """Return the length of the features by a forward pass: timm's attribute ignores the pooling of some models."""
    with torch.no_grad():
        try:
            features = network.eval()(torch.zeros(1, 3, image_size, image_size))
        except (RuntimeError, AssertionError) as error:
            raise _size_error(name, image_size, error) from error
    if features.ndim != 2:
        raise ConfigError(
            f"backbone.name={name!r} returns {features.ndim - 1}-dimensional features per photo, expected a vector: "
            "choose another model"
        )
    return int(features.shape[1])


def _size_error(name: str, image_size: int, error: Exception) -> ConfigError:
    return ConfigError(f"image_size={image_size}: timm's {name} does not take photos of this size: {error}")
