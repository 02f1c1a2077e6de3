"""Views, unit length: against means by hand, in the fingerprint and in the cache of features."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from components.backbones import UNIT, Backbone, efficientnet_lite0, mobilenet_v2, thesis_cnn, timm_model
from components.backbones.views import View, crop_boxes, smaller_side, views_of
from components.errors import ConfigError
from components.training import Inputs, frozen_features


def small(*, frozen: bool = True, **options: Any) -> Backbone:
    """A network whose features depend on where things are, and that takes photos of any size."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        network = nn.Sequential(
            nn.Conv2d(3, 6, 5, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d((2, 3)), nn.Flatten()
        ).requires_grad_(not frozen)
    return Backbone(network, out_features=36, normalization=UNIT, architecture={"name": "small"}, **options).eval()


@pytest.fixture(scope="module")
def photos() -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(3).integers(0, 256, (4, 3, 40, 40), dtype=np.uint8))


def resized(images: torch.Tensor, side: int) -> torch.Tensor:
    return functional.interpolate(images, (side, side), mode="bilinear", antialias=True)


def by_hand(photos: torch.Tensor, views: tuple[View, ...]) -> list[torch.Tensor]:
    """Every view of photos of 40 px: crops of 35 px, smaller copies of 32 px."""
    images = photos.float() / 255
    found = [images]
    if "crops" in views:
        corners = [(2, 2), (0, 0), (0, 5), (5, 0), (5, 5)]
        found += [images[:, :, top : top + 35, left : left + 35] for top, left in corners]
    found = [resized(view, side) for view in found for side in ((40, 32) if "sizes" in views else (40,))]
    return found + [view.flip(3) for view in found] if "mirror" in views else found


CHOICES: list[tuple[View, ...]] = [
    ("mirror",),
    ("crops",),
    ("sizes",),
    ("mirror", "crops"),
    ("sizes", "crops", "mirror"),
]


@pytest.mark.parametrize("unit_length", [False, True])
@pytest.mark.parametrize("views", CHOICES)
def test_features_are_the_mean_over_all_combinations(
    photos: torch.Tensor, views: tuple[View, ...], unit_length: bool
) -> None:
    single = [small().network(view) for view in by_hand(photos, views)]
    assert len(single) == 2 ** ("mirror" in views) * 6 ** ("crops" in views) * 2 ** ("sizes" in views)
    if unit_length:
        single = [features / features.norm(dim=1, keepdim=True) for features in single]
    expected = sum(single) / len(single)
    assert isinstance(expected, torch.Tensor)
    if unit_length:
        expected = expected / expected.norm(dim=1, keepdim=True)
    torch.testing.assert_close(small(views=views, unit_length=unit_length)(photos), expected, atol=1e-6, rtol=1e-5)


def test_mirrored_photos_have_the_same_features(photos: torch.Tensor) -> None:
    backbone = small(views=["mirror", "sizes"])
    torch.testing.assert_close(backbone(photos.flip(3)), backbone(photos), atol=1e-6, rtol=1e-5)
    assert not torch.allclose(small()(photos.flip(3)), small()(photos), atol=1e-4)


def test_crops_lie_within_the_photo_and_cover_it() -> None:
    for side in (8, 33, 224, 260):
        boxes = crop_boxes(side, side)
        covered = torch.zeros(side, side)
        for top, left, rows, columns in boxes:
            assert rows == columns == round(side * 7 / 8)
            covered[top : top + rows, left : left + columns] += 1
        assert len(boxes) == 5
        assert covered.min() >= 1
        assert covered.sum() == 5 * round(side * 7 / 8) ** 2
    assert [smaller_side(224), smaller_side(224, 16), smaller_side(518, 14), smaller_side(1), smaller_side(9, 16)] == [
        179,
        176,
        420,
        1,
        16,
    ]
    assert [tuple(view.shape) for view in views_of(torch.zeros(1, 3, 9, 9), ["sizes"])] == [(1, 3, 9, 9), (1, 3, 7, 7)]


def test_features_of_unit_length_pass_gradients(photos: torch.Tensor) -> None:
    images = (photos.float() / 255).requires_grad_()
    features = small(unit_length=True)(images)
    torch.testing.assert_close(features.norm(dim=1), torch.ones(4))
    features[:, 0].sum().backward()
    assert images.grad is not None
    assert images.grad.abs().sum() > 0
    trained = small(frozen=False, unit_length=True)
    trained(photos)[:, 0].sum().backward()
    assert all(parameter.grad is not None for parameter in trained.parameters())
    assert torch.isfinite(small(unit_length=True)(torch.zeros(1, 3, 40, 40))).all()


@pytest.mark.parametrize(
    ("make", "arguments"),
    [
        (thesis_cnn, {}),
        (efficientnet_lite0, {"weights": None, "train_last": 1}),
        (mobilenet_v2, {"weights": None, "frozen": False}),
        (timm_model, {"weights": None, "name": "test_resnet", "frozen": False}),
    ],
)
def test_a_trained_backbone_has_no_views(make: Any, arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"backbone\.views=\[crops\].*backbone\.frozen=true.*train_last=0"):
        make(image_size=64, views=["crops"], **arguments)
    assert make(image_size=64, unit_length=True, **arguments).unit_length


@pytest.mark.parametrize(
    "make",
    [
        lambda **options: efficientnet_lite0(image_size=64, **options),
        lambda **options: mobilenet_v2(image_size=64, weights=None, **options),
        lambda **options: timm_model(image_size=64, weights=None, name="test_efficientnet", **options),
    ],
    ids=["efficientnet_lite0", "mobilenet_v2", "timm"],
)
def test_every_function_hands_them_on(make: Any) -> None:
    with torch.random.fork_rng(devices=[]):
        backbones = []
        for options in ({}, {"views": ["mirror", "sizes"], "unit_length": True}):
            torch.manual_seed(0)
            backbones.append(make(**options).eval())
    images = torch.rand(2, 3, 64, 64)
    views = [view.flip(3) if turned else view for view in (images, resized(images, 51)) for turned in (False, True)]
    expected = sum(functional.normalize(backbones[0](view)) for view in views)
    assert isinstance(expected, torch.Tensor)
    torch.testing.assert_close(backbones[1](images), functional.normalize(expected), atol=1e-4, rtol=1e-3)
    assert backbones[0].fingerprint() != backbones[1].fingerprint()


def test_the_fingerprint_has_them_only_where_they_are_set() -> None:
    """The first is what caches of earlier versions are named by."""
    choices: list[dict[str, Any]] = [
        {},
        {"unit_length": True},
        {"views": ["mirror"]},
        {"views": ["mirror", "crops"]},
        {"views": ["mirror"], "unit_length": True},
    ]
    assert len({small(**options).fingerprint() for options in choices}) == len(choices)
    assert small(views=["crops", "mirror"]).fingerprint() == small(views=["mirror", "crops"]).fingerprint()
    assert small().description() == [{"name": "small"}, {"mean": (0.0,) * 3, "std": (1.0,) * 3}]
    assert efficientnet_lite0(image_size=64).fingerprint() == (
        "90137da34c41ad58bc887c6c7d754475ed8099c098e2567937ada440d0261d89"
    )


def test_the_cache_of_features_is_used_twice(
    photos: torch.Tensor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITO_CACHE", str(tmp_path))
    inputs = Inputs.of(photos.permute(0, 2, 3, 1).contiguous().numpy(), torch.device("cpu"))
    batches: list[int] = []
    found = {}
    for options in ({}, {"views": ["mirror"]}, {"unit_length": True}):
        for _ in range(2):
            features = frozen_features(small(**options), inputs, "photos", on_batch=batches.append)  # type: ignore[arg-type]
            np.testing.assert_array_equal(found.setdefault(str(options), features), features)
        np.testing.assert_allclose(features, small(**options)(photos).numpy(), atol=1e-6)  # type: ignore[arg-type]
    assert batches == [4] * 3, "each computed once, and no two mixed up"
