"""Backbones side by side: against the concatenation by hand, their sizes, what counts for the fingerprint."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from omegaconf import OmegaConf
from torch.nn import functional

from components.backbones import Backbone, efficientnet_lite0, side_by_side, thesis_cnn, timm_model
from components.errors import ConfigError
from components.training import Inputs, frozen_features

LITE = partial(efficientnet_lite0, image_size=48)


def resnet(*, image_size: int = 80, seed: int = 0, **options: Any) -> Backbone:
    """A small network with the same random weights each time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return timm_model(image_size=image_size, name="test_resnet", weights=None, **options).eval()


def made(*parts: Any, image_size: int = 64, **options: Any) -> Backbone:
    names = dict(zip(("first", "second", "third"), parts, strict=False))
    return side_by_side(image_size=image_size, **names, **options).eval()


@pytest.fixture(scope="module")
def photos() -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(5).integers(0, 256, (3, 3, 64, 64), dtype=np.uint8))


def smaller(photos: torch.Tensor) -> torch.Tensor:
    return functional.interpolate(photos.float() / 255, (48, 48), mode="bilinear", antialias=True)


def test_features_are_those_of_each_of_unit_length(photos: torch.Tensor) -> None:
    """Photos of 64 px: Lite0 gets them at its own 48 px, the ResNet, whose own are 80 px, as they are."""
    backbone = made(LITE, resnet)
    parts = [efficientnet_lite0(image_size=48).eval()(smaller(photos)), resnet(image_size=64)(photos)]
    expected = torch.cat([features / features.norm(dim=1, keepdim=True) for features in parts], dim=1)
    features = backbone(photos)
    assert features.shape == (3, backbone.out_features) == (3, sum(part.shape[1] for part in parts))
    torch.testing.assert_close(features, expected, atol=1e-5, rtol=1e-3)
    assert backbone.frozen
    assert torch.equal(backbone.train()(photos), features)
    whole = made(LITE, resnet, unit_length=True)(photos)
    torch.testing.assert_close(whole, features / 2**0.5, atol=1e-6, rtol=1e-4)


def test_three_backbones(photos: torch.Tensor) -> None:
    two, three = made(LITE, resnet), made(LITE, resnet, LITE)
    assert three.out_features == two.out_features + 1280
    torch.testing.assert_close(three(photos)[:, : two.out_features], two(photos))


def test_views_are_taken_by_each_at_its_own_size(photos: torch.Tensor) -> None:
    backbone = made(LITE, resnet, views=["mirror"])
    of_lite = efficientnet_lite0(image_size=48, views=["mirror"])(smaller(photos))
    expected = torch.cat([of_lite, resnet(image_size=64, views=["mirror"])(photos)], dim=1)
    expected = torch.cat(
        [functional.normalize(part) for part in expected.split([1280, expected.shape[1] - 1280], 1)], 1
    )
    torch.testing.assert_close(backbone(photos), expected, atol=1e-5, rtol=1e-3)
    one = made(partial(LITE, views=["mirror"]), resnet)
    torch.testing.assert_close(one(photos)[:, :1280], expected[:, :1280], atol=1e-5, rtol=1e-3)
    assert len({made(LITE, resnet).fingerprint(), backbone.fingerprint(), one.fingerprint()}) == 3


def test_an_input_gradient_passes(photos: torch.Tensor) -> None:
    images = (photos.float() / 255).requires_grad_()
    made(LITE, resnet)(images).sum().backward()
    assert images.grad is not None
    assert images.grad.abs().sum() > 0


def test_the_fingerprint_depends_on_weights_order_and_sizes() -> None:
    same = [made(LITE, resnet).fingerprint() for _ in range(2)]
    assert same[0] == same[1]
    others = [
        made(LITE, partial(resnet, seed=1)),
        made(resnet, LITE),
        made(partial(LITE, image_size=40), resnet),
        made(LITE, resnet, image_size=56),
        made(partial(LITE, unit_length=True), resnet),
        made(LITE, resnet, unit_length=True),
    ]
    assert len({*same, *(other.fingerprint() for other in others)}) == len(others) + 1


def test_a_trained_backbone_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"backbone\.second is trained.*backbone\.second\.frozen=true"):
        made(LITE, partial(resnet, frozen=False))
    with pytest.raises(ConfigError, match=r"backbone@backbone\.first=OPTION"):
        made(thesis_cnn, LITE)


def test_their_features_are_cached(photos: torch.Tensor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITO_CACHE", str(tmp_path))
    inputs = Inputs.of(photos.permute(0, 2, 3, 1).contiguous().numpy(), torch.device("cpu"))
    batches: list[int] = []
    for _ in range(2):
        features = frozen_features(made(LITE, resnet), inputs, "photos", on_batch=batches.append)
    assert batches == [3]
    np.testing.assert_allclose(features, made(LITE, resnet)(photos).numpy(), atol=1e-5)


def test_its_parts_are_options_of_the_group() -> None:
    folder = Path(__file__).parents[3] / "conf"
    words = ["backbone=side_by_side", "backbone@backbone.first=timm", "backbone@backbone.third=efficientnet_lite1"]
    words += [
        "backbone.first.name=test_resnet",
        "backbone.first.weights=null",
        "backbone.second.image_size=64",
        "name=a",
    ]
    with initialize_config_dir(str(folder), version_base="1.3"):
        nodes: Any = OmegaConf.to_container(compose("config", overrides=words), resolve=True)
    assert nodes["pixels"]["size"] == nodes["backbone"]["image_size"] == 64
    backbone = instantiate(nodes["backbone"])(image_size=nodes["pixels"]["size"])
    assert backbone.out_features == 96 + 2 * 1280
    assert [part.architecture["name"] for part in backbone.network.parts] == [
        "timm test_resnet",
        "efficientnet_lite2",
        "efficientnet_lite1",
    ]
