from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from components.backbones import IMAGENET, UNIT, Backbone, Normalization, Normalize, count_parameters
from components.backbones.backbone import freeze
from components.backbones.pixels import choose_normalization
from components.errors import ConfigError


def small(normalization: Normalization = UNIT, *, frozen: bool = True, train_last: int = 0) -> Backbone:
    torch.manual_seed(0)
    layers = [
        nn.Sequential(nn.Conv2d(channels, wider, 3), nn.BatchNorm2d(wider), nn.Dropout(0.5))
        for channels, wider in ((3, 4), (4, 5))
    ]
    freeze([list(layer.parameters()) for layer in layers], frozen=frozen, train_last=train_last)
    network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return Backbone(network, out_features=5, normalization=normalization, architecture={"name": "small"})


def photos(seed: int = 0, count: int = 4, side: int = 12) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).integers(0, 256, (count, 3, side, side), dtype=np.uint8))


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_bytes_and_unit_floats_are_normalised_to_the_same_values(layout: torch.memory_format) -> None:
    images = photos().to(memory_format=layout)
    expected = (images.double().numpy() / 255 - np.reshape(IMAGENET.mean, (3, 1, 1))) / np.reshape(
        IMAGENET.std, (3, 1, 1)
    )
    normalize = Normalize(IMAGENET)
    for given in (images, images.float() / 255, images.double() / 255):
        result = normalize(given)
        assert result.dtype == torch.float32
        assert result.is_contiguous(memory_format=layout)
        np.testing.assert_allclose(result.numpy(), expected, atol=2e-6)


def test_normalisation_does_not_modify_the_photos_and_has_no_state_to_save() -> None:
    images = photos().float() / 255
    before = images.clone()
    normalize = Normalize(IMAGENET)
    normalize(images)
    assert torch.equal(images, before)
    assert not normalize.state_dict()


@pytest.mark.parametrize("images", [torch.zeros(3, 8, 8), torch.zeros(2, 1, 8, 8), torch.zeros(2, 3, 8, 8).long()])
def test_other_shapes_and_dtypes_raise(images: torch.Tensor) -> None:
    with pytest.raises(ValueError, match="expected images of"):
        Normalize(UNIT)(images)


def test_pixels_switch() -> None:
    assert choose_normalization("weights", IMAGENET) is IMAGENET
    assert choose_normalization("unit", IMAGENET) is UNIT
    with pytest.raises(ConfigError, match=r"'byte'.*'weights'.*'unit'"):
        choose_normalization("byte", IMAGENET)  # type: ignore[arg-type]


def test_a_frozen_backbone_gives_the_same_features_in_training() -> None:
    backbone = small()
    assert backbone.frozen
    state = {name: tensor.clone() for name, tensor in backbone.state_dict().items()}
    in_evaluation = backbone.eval()(photos())
    in_training = backbone.train()(photos())
    assert backbone.training
    assert torch.equal(in_training, in_evaluation)
    assert not in_training.requires_grad
    assert all(torch.equal(tensor, state[name]) for name, tensor in backbone.state_dict().items())


def test_only_the_last_block_trains() -> None:
    backbone = small(train_last=1).train()
    first, last = backbone.network[0], backbone.network[1]  # type: ignore[index]
    assert not backbone.frozen
    assert [module.training for module in first.modules()] == [False] * 4
    assert all(module.training for module in last.modules())
    statistics = first[1].running_mean.clone(), last[1].running_mean.clone()
    backbone(photos()).sum().backward()
    assert all(parameter.grad is None for parameter in first.parameters())
    assert all(parameter.grad is not None for parameter in last.parameters())
    assert torch.equal(first[1].running_mean, statistics[0])
    assert not torch.equal(last[1].running_mean, statistics[1])
    backbone.eval()
    assert not any(module.training for module in backbone.modules())


def test_an_input_gradient_passes_a_frozen_backbone() -> None:
    images = (photos().float() / 255).requires_grad_()
    small().eval()(images).sum().backward()
    assert images.grad is not None
    assert images.grad.abs().sum() > 0


@pytest.mark.parametrize(("frozen", "train_last", "message"), [(False, 1, "frozen=false"), (True, 3, "has 2 blocks")])
def test_contradictory_freezing_raises(frozen: bool, train_last: int, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        small(frozen=frozen, train_last=train_last)


def test_unfrozen_trains_all() -> None:
    backbone = small(frozen=False)
    assert count_parameters(backbone)[1] == sum(parameter.numel() for parameter in backbone.parameters())


def test_parameters_are_counted_as_keras_counts() -> None:
    # convolution 3*4*9 + 4, batch norm 2*4 (+ 2*4 statistics); convolution 4*5*9 + 5, batch norm 2*5 (+ 2*5)
    assert count_parameters(small()) == (112 + 8 + 8 + 185 + 10 + 10, 0)
    assert count_parameters(small(train_last=1)) == (333, 195)


def test_fingerprint_depends_on_everything_that_determines_the_features(tmp_path: Path) -> None:
    backbone = small()
    fingerprint = backbone.fingerprint()
    assert small(train_last=1).fingerprint() == fingerprint
    assert small().to(memory_format=torch.contiguous_format).fingerprint() == fingerprint
    torch.save(backbone.state_dict(), tmp_path / "weights.pt")
    again = small()
    with torch.no_grad():
        for parameter in again.parameters():
            parameter.add_(1)
    assert again.fingerprint() != fingerprint
    again.load_state_dict(torch.load(tmp_path / "weights.pt", weights_only=True))
    assert again.fingerprint() == fingerprint
    assert small(IMAGENET).fingerprint() != fingerprint
    other = small()
    other.architecture = {"name": "small", "blocks": 1}
    assert other.fingerprint() != fingerprint
    backbone.network[1][1].running_var[0] = 2  # type: ignore[index]
    assert backbone.fingerprint() != fingerprint


def test_half_precision_weights_have_a_fingerprint() -> None:
    assert small().to(torch.bfloat16).fingerprint() != small().fingerprint()
