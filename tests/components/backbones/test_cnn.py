import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from components.backbones import count_parameters, thesis_cnn
from components.errors import ConfigError


def test_the_thesis_counts_402476_parameters() -> None:
    backbone = thesis_cnn(image_size=224)
    assert backbone.out_features == 43_264
    head = nn.Sequential(nn.Linear(43_264, 8), nn.ReLU(), nn.Linear(8, 4))
    assert count_parameters(nn.Sequential(backbone, head)) == (402_476, 402_476)
    assert not backbone.frozen


@pytest.mark.parametrize("size", [22, 31, 64])
def test_features_equal_those_of_the_layers_described_in_the_thesis(size: int) -> None:
    torch.manual_seed(0)
    backbone = thesis_cnn(image_size=size)
    images = torch.randint(0, 256, (3, 3, size, size), dtype=torch.uint8)
    maps = images.double() / 255
    for layer in backbone.network.modules():
        if isinstance(layer, nn.Conv2d):
            maps = functional.conv2d(maps, layer.weight.double(), layer.bias.double())
            maps = functional.max_pool2d(functional.relu(maps), 2)
    expected = maps.permute(0, 2, 3, 1).reshape(3, -1)
    result = backbone(images.to(memory_format=torch.channels_last))
    assert result.shape == (3, backbone.out_features)
    torch.testing.assert_close(result.double(), expected, atol=1e-5, rtol=1e-5)


def test_initialisation_is_that_of_keras() -> None:
    torch.manual_seed(0)
    for layer in thesis_cnn(image_size=64).network.modules():
        if isinstance(layer, nn.Conv2d):
            limit = math.sqrt(6 / (9 * layer.in_channels + 9 * layer.out_channels))
            assert layer.bias.abs().max() == 0
            assert 0.98 * limit < layer.weight.abs().max() <= limit
            assert layer.weight.std().item() == pytest.approx(limit / math.sqrt(3), rel=0.1)


def test_photos_too_small_for_three_poolings() -> None:
    with pytest.raises(ConfigError, match="22 px"):
        thesis_cnn(image_size=21)


def test_the_seed_decides_the_weights() -> None:
    prints = []
    for seed in (1, 1, 2):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            prints.append(thesis_cnn(image_size=32).fingerprint())
    assert prints[0] == prints[1] != prints[2]
