import functools
import inspect
from pathlib import Path

import pytest
import torch
import yaml
from hydra.utils import get_method, instantiate

from components.backbones import Backbone

FOLDER = Path(__file__).parents[3] / "conf" / "backbone"
OPTIONS = sorted(FOLDER.glob("*.yaml"))
PRESETS = {"resnet18_scratch"}
"""Options that use the function of another option with other arguments."""


def test_all_options_exist() -> None:
    assert {option.stem for option in OPTIONS} >= {"cnn", "mobilenet_v2", "efficientnet_lite0", "timm"}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.stem)
def test_an_option_names_every_argument_and_its_default(option: Path) -> None:
    content = yaml.safe_load(option.read_text())
    parameters = inspect.signature(get_method(content.pop("_target_"))).parameters
    assert content.pop("_partial_") is True
    assert parameters["image_size"].default is inspect.Parameter.empty
    defaults = {name: p.default for name, p in parameters.items() if name != "image_size"}
    assert set(content) == set(defaults)
    if option.stem not in PRESETS:
        assert content == defaults


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.stem)
def test_an_option_creates_a_backbone(option: Path) -> None:
    content = yaml.safe_load(option.read_text())
    if option.stem in {"mobilenet_v2", "timm"}:
        content["weights"] = None
    make = instantiate(content)
    assert isinstance(make, functools.partial)
    backbone = make(image_size=64)
    assert isinstance(backbone, Backbone)
    assert backbone(torch.zeros(2, 3, 64, 64, dtype=torch.uint8)).shape == (2, backbone.out_features)
    assert backbone.frozen is content.get("frozen", False)
