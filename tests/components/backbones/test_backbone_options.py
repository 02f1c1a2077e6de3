"""Every option of the group: composed as on the command line, held against its function, and created."""

import functools
import inspect
from pathlib import Path
from typing import Any

import pytest
import timm
import torch
from hydra import compose, initialize_config_dir
from hydra.utils import get_method, instantiate
from omegaconf import OmegaConf

from components.backbones import Backbone, Normalization

FOLDER = Path(__file__).parents[3] / "conf"
OPTIONS = sorted(path.stem for path in (FOLDER / "backbone").glob("*.yaml"))
FROM_HUB = {
    "dinov2_small": 518,
    "dinov2_base": 518,
    "dinov3_small": 256,
    "dinov3_base": 256,
    "siglip2_base": 224,
}
"""Models of timm whose weights are downloaded, with their own side."""
PRESETS = {"resnet18_scratch", "side_by_side", *FROM_HUB}
"""Options that use the function of another option with other arguments, or that need others."""
OWN_SIDES = {"efficientnet_lite0": 224, "efficientnet_lite1": 240, "efficientnet_lite2": 260, "side_by_side": 260}


def composed(*words: str) -> Any:
    with initialize_config_dir(str(FOLDER), version_base="1.3"):
        return OmegaConf.to_container(compose("config", overrides=[*words, "name=any"]), resolve=True)


def test_all_options_exist() -> None:
    assert {*OPTIONS} >= {"cnn", "mobilenet_v2", "timm", *OWN_SIDES, *FROM_HUB}


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_names_every_argument_and_its_default(option: str) -> None:
    content = composed(f"backbone={option}")["backbone"]
    parameters = inspect.signature(get_method(content.pop("_target_"))).parameters
    assert content.pop("_partial_") is True
    assert isinstance(content.pop("image_size"), int)
    assert parameters["image_size"].default is inspect.Parameter.empty
    defaults = {name: p.default for name, p in parameters.items() if name != "image_size"}
    assert set(content) == set(defaults)
    assert (content["views"], content["unit_length"]) == ([], False)
    assert (defaults["views"], defaults["unit_length"]) == ((), False)
    if option not in PRESETS:
        assert content == defaults | {"views": []}


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_creates_a_backbone(option: str) -> None:
    content = composed(f"backbone={option}")["backbone"]
    if option in {"mobilenet_v2", "timm", *FROM_HUB}:
        content["weights"] = None
    side = 112 if option in FROM_HUB else 64
    make = instantiate(content)
    assert isinstance(make, functools.partial)
    backbone = make(image_size=side)
    assert isinstance(backbone, Backbone)
    assert backbone(torch.zeros(2, 3, side, side, dtype=torch.uint8)).shape == (2, backbone.out_features)
    assert backbone.frozen is content.get("frozen", option != "cnn")


@pytest.mark.parametrize("option", OPTIONS)
def test_photos_have_the_own_side_of_the_backbone_unless_another_is_set(option: str) -> None:
    side = (FROM_HUB | OWN_SIDES).get(option, 224)
    nodes = composed(f"backbone={option}", "embedder=backbone")
    assert (nodes["backbone"]["image_size"], nodes["pixels"]["size"], nodes["embedder"]["size"]) == (side,) * 3
    assert composed(f"backbone={option}", "pixels=crop")["pixels"]["size"] == side
    assert composed(f"backbone={option}", "protocol=reduced")["pixels"]["size"] == 96
    assert composed(f"backbone={option}", "protocol=full")["pixels"]["size"] == 224
    assert composed(f"backbone={option}", "pixels.size=128")["pixels"]["size"] == 128
    assert composed(f"backbone={option}", "backbone.image_size=70")["pixels"]["size"] == 70


@pytest.mark.parametrize("task", ["cluster", "prepare", "match", "search", "align", "review"])
def test_tasks_that_train_no_backbone_have_photos_of_the_size_of_the_chosen_one(task: str) -> None:
    """The embedder has a size of its own: 224 px with conse, whatever the backbone."""
    nodes, lite0 = composed(f"task={task}"), composed(f"task={task}", "backbone=efficientnet_lite0")
    assert nodes["pixels"]["size"] == nodes["backbone"]["image_size"]
    assert (lite0["pixels"]["size"], lite0["embedder"]["size"]) == (224, 224)
    assert composed(f"task={task}", "embedder=conse")["embedder"]["size"] == 224


@pytest.mark.parametrize("option", FROM_HUB)
def test_a_model_of_the_hub_at_its_own_side(option: str) -> None:
    """With random weights, on the device "meta": shapes are computed, numbers are not."""
    content = composed(f"backbone={option}", "backbone.weights=null")["backbone"]
    config = timm.get_pretrained_cfg(content["name"])
    assert config is not None
    assert content["name"] in timm.list_models(pretrained=True)
    assert config.input_size == (3, content["image_size"], content["image_size"])
    with torch.device("meta"):
        backbone = instantiate(content)()
        features = backbone(torch.zeros(1, 3, content["image_size"], content["image_size"]))
    assert features.shape == (1, backbone.out_features) == (1, 384 if option.endswith("small") else 768)
    assert backbone.normalization == Normalization(tuple(config.mean), tuple(config.std))


@pytest.mark.parametrize("option", ["dinov2_small", "dinov3_small"])
def test_a_model_of_the_hub_takes_views(option: str) -> None:
    content = composed(f"backbone={option}", "backbone.weights=null", "backbone.views=[mirror,sizes]")["backbone"]
    backbone = instantiate(content)(image_size=112).eval()
    images = torch.rand(1, 3, 112, 112)
    side = {"dinov2_small": 84, "dinov3_small": 96}[option]  # the multiples of 14 and 16 next to 90
    normalized = backbone.normalize(images)
    smaller = torch.nn.functional.interpolate(normalized, (side, side), mode="bilinear", antialias=True)
    expected = [
        backbone.network(view.flip(-1) if turned else view) for view in (normalized, smaller) for turned in (0, 1)
    ]
    torch.testing.assert_close(backbone(images), torch.stack(expected).mean(0), atol=1e-5, rtol=1e-4)
