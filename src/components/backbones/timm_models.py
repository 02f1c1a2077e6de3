"""Any of the image models that timm knows."""

import sys
from difflib import get_close_matches
from typing import Any

import torch
from torch import nn

from components.backbones.backbone import Backbone, freeze
from components.backbones.pixels import Normalization, Pixels, choose_normalization
from components.backbones.weights import load_weights, reaching, read_weights
from components.errors import ConfigError


def timm_model(
    *,
    image_size: int,
    name: str = "mobilenetv3_small_100",
    weights: str | None = "pretrained",
    frozen: bool = True,
    train_last: int = 0,
    pixels: Pixels = "weights",
) -> Backbone:
    """A model of timm (PyTorch Image Models, Wightman 2019) without its classifier, by name.

    Args:
        image_size: Side of the photos in pixels; models of a fixed size are built for it.
        name: As in `timm.list_models()`, with or without the tag of its weights: "resnet18", "resnet18.a1_in1k".
        weights: "pretrained" (fetched once from timm's hub), a local file (.safetensors or torch.save of the same
            model, its classifier may be there or not), or None: random.
        frozen: Train nothing of it.
        train_last: Train the last so many layer groups (as timm groups them: blocks, then head) although frozen.
        pixels: "weights": normalised as timm says the weights were trained; "unit": [0, 1].

    Raises:
        WeightsError: The weights cannot be fetched, read or do not fit.
        ConfigError: timm knows no such model, or it cannot take photos of this size.
    """
    import timm

    _check_name(name)
    if weights == "pretrained":
        with reaching(f"timm's weights of {name}"):
            network = _build(name, image_size, pretrained=True)
    else:
        network = _build(name, image_size, pretrained=False)
        if weights is not None:
            _load_file(network, weights)
    if train_last and not hasattr(network, "group_matcher"):
        raise ConfigError(f"backbone.train_last={train_last}: timm has no layer groups for {name}; leave it 0")
    groups: dict[int, list[nn.Parameter]] = {0: list(network.parameters())}
    if hasattr(network, "group_matcher"):
        groups = timm.models.group_parameters(network, network.group_matcher(coarse=False), return_values=True)
    freeze([groups[layer] for layer in sorted(groups)], frozen=frozen, train_last=train_last)
    trained_with = Normalization(tuple(network.pretrained_cfg["mean"]), tuple(network.pretrained_cfg["std"]))
    return Backbone(
        network,
        out_features=_features(network, name, image_size),
        normalization=choose_normalization(pixels, trained_with),
        architecture={"name": f"timm {name}"},
    )


def _check_name(name: str) -> None:
    import timm

    architecture, _, tag = name.partition(".")
    known = timm.list_models()
    if not timm.is_model(architecture):
        raise ConfigError(f"backbone.name={name!r}: timm {timm.__version__} has no such model.{_close(name, known)}")
    tags = [full.partition(".")[2] for full in timm.list_models(f"{architecture}.*", pretrained=True)]
    if tag and tag not in tags:
        raise ConfigError(f"backbone.name={name!r}: {architecture} has weights tagged {', '.join(tags) or 'nothing'}")


def _close(name: str, known: list[str]) -> str:
    matches = get_close_matches(name, known, n=5, cutoff=0.6) or [other for other in known if name in other][:5]
    return f" Close to it: {', '.join(matches)}" if matches else " timm.list_models() lists all"


def _build(name: str, image_size: int, *, pretrained: bool) -> Any:
    import timm

    config = timm.get_pretrained_cfg(name)
    size: dict[str, Any] = {}
    if config is not None and config.fixed_input_size and tuple(config.input_size[1:]) != (image_size, image_size):
        size["img_size"] = image_size
    try:
        return timm.create_model(name, pretrained=pretrained, num_classes=0, **size)
    except (TypeError, AssertionError) as error:
        if not size:
            raise
        raise _size_error(name, image_size, error) from error


def _load_file(network: Any, file: str) -> None:
    classifier = network.pretrained_cfg.get("classifier") or ()
    prefixes = tuple(f"{part}." for part in ([classifier] if isinstance(classifier, str) else classifier))
    weights = {name: tensor for name, tensor in read_weights(file).items() if not name.startswith(prefixes)}
    # timm's own adaptation of a file to the model: position embeddings to another image size, older names
    adapt = getattr(sys.modules[type(network).__module__], "checkpoint_filter_fn", None)
    if adapt is not None:
        weights = adapt(weights, network)
    load_weights(network, weights, f"backbone.weights={file}")


def _features(network: Any, name: str, image_size: int) -> int:
    """Length of the features: timm's attribute for it leaves out the pooling of some models, so ask the model."""
    with torch.no_grad():
        try:
            features = network.eval()(torch.zeros(1, 3, image_size, image_size))
        except (RuntimeError, AssertionError) as error:
            raise _size_error(name, image_size, error) from error
    if features.ndim != 2:
        raise ConfigError(f"backbone.name={name!r} gives {features.ndim - 1}-dimensional maps, not a vector a photo")
    return int(features.shape[1])


def _size_error(name: str, image_size: int, error: Exception) -> ConfigError:
    return ConfigError(f"image_size={image_size}: timm's {name} cannot be built for it or run on it: {error}")
