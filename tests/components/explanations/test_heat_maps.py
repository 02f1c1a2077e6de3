"""Heat maps against class activation maps that are computed by hand, on trained, frozen and averaged features."""

from functools import partial

import numpy as np
import pytest
import torch
from torch.nn import functional

from components.backbones import efficientnet_lite0, side_by_side, thesis_cnn, timm_model
from components.explanations import NoHeatMapsError, heat_maps
from components.explanations.feature_maps import last_feature_maps
from components.heads import Classifier

OUTPUTS = np.array([0, 2, 1, 2, 0])


@pytest.fixture
def photos():
    """Five noisy photos with a bright rectangle, each in another place."""
    generator = np.random.default_rng(0)
    drawn = generator.integers(0, 90, (5, 128, 128, 3), dtype=np.uint8)
    for number, photo in enumerate(drawn):
        photo[10 + 15 * number : 50 + 15 * number, 60 - 10 * number : 110 - 10 * number] += 150
    return drawn


def classifier(backbone, hidden=None):
    torch.manual_seed(1)
    return Classifier(backbone, 3, hidden).eval()


def expected(contributions):
    """Return maps (n, h, w) of contributions as heat maps: their positive part, at the size of the photo, up to 1."""
    positive = torch.relu(contributions)
    assert (positive.amin(dim=(1, 2)) == 0).all()  # the scale alone is left open
    large = functional.interpolate(positive[:, None], (128, 128), mode="bilinear", align_corners=False)[:, 0]
    large = large - large.amin(dim=(1, 2), keepdim=True)  # no pixel lies right on the coldest place
    return (large / large.amax(dim=(1, 2), keepdim=True)).detach().numpy()


def class_activations(network, photos, blocks):
    """Return the class activation maps (n, h, w) of Zhou et al. 2016 before their last steps."""
    with torch.no_grad():
        maps = blocks(network.backbone.normalize(torch.from_numpy(photos).permute(0, 3, 1, 2)))
        return torch.einsum("nchw,nc->nhw", maps, network.mlp[0].weight[OUTPUTS])


@pytest.mark.parametrize("frozen", [True, False], ids=["frozen", "trained"])
def test_with_a_linear_head_on_averaged_features_the_map_is_the_class_activation_map(photos, frozen):
    network = classifier(efficientnet_lite0(image_size=128, frozen=frozen))
    found = heat_maps(network, photos, OUTPUTS)
    assert (found.shape, found.dtype) == ((5, 128, 128), np.float32)
    by_hand = class_activations(network, photos, network.backbone.network[0])
    np.testing.assert_allclose(found, expected(by_hand), atol=1e-4)


def test_the_network_is_left_as_it_was(photos):
    network = classifier(efficientnet_lite0(image_size=128))
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    heat_maps(network, photos, OUTPUTS)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())
    assert not any(module._forward_hooks for module in network.modules())
    assert network.backbone.frozen


def test_on_flattened_features_each_place_has_its_own_weights(photos):
    network = classifier(thesis_cnn(image_size=128))
    with torch.no_grad():
        maps = network.backbone.network[:-1](network.backbone.normalize(torch.from_numpy(photos).permute(0, 3, 1, 2)))
        _, channels, height, width = maps.shape
        weights = network.mlp[0].weight[OUTPUTS].reshape(-1, height, width, channels).permute(0, 3, 1, 2)
    np.testing.assert_allclose(heat_maps(network, photos, OUTPUTS), expected((maps * weights).sum(1)), atol=1e-4)


def test_with_a_hidden_layer_the_map_is_what_the_places_add_to_the_logit(photos):
    network = classifier(efficientnet_lite0(image_size=128), hidden=4)
    maps = network.backbone.network[0](network.backbone.normalize(torch.from_numpy(photos).permute(0, 3, 1, 2)))
    maps = maps.detach().requires_grad_()
    network.mlp(maps.mean(dim=(2, 3)))[torch.arange(5), OUTPUTS].sum().backward()
    np.testing.assert_allclose(
        heat_maps(network, photos, OUTPUTS), expected((maps * maps.grad).sum(1).detach()), atol=1e-4
    )


def test_of_several_views_the_map_is_that_of_the_whole_photo(photos):
    network = classifier(efficientnet_lite0(image_size=128, views=["mirror", "crops"]))
    by_hand = class_activations(network, photos, network.backbone.network[0])
    np.testing.assert_allclose(heat_maps(network, photos, OUTPUTS), expected(by_hand), atol=1e-4)


def test_where_nothing_speaks_for_the_output_the_map_is_empty(photos):
    network = classifier(efficientnet_lite0(image_size=128))
    torch.nn.init.zeros_(network.mlp[0].weight)
    assert not heat_maps(network, photos, OUTPUTS).any()


@pytest.mark.parametrize(
    ("name", "layer", "channels_last"),
    [
        ("resnet18", "layer4", False),
        ("mobilenetv3_small_050", "blocks", False),  # most of its parameters come after the average
        ("convnext_atto", "norm_pre", False),
        ("swin_tiny_patch4_window7_224", "norm", True),
    ],
)
def test_the_last_maps_of_models_of_timm(name, layer, channels_last):
    backbone = timm_model(image_size=224, name=name, weights=None).eval()
    (found,) = last_feature_maps(backbone, torch.zeros(1, 3, 224, 224, dtype=torch.uint8))
    assert found.layer is backbone.network.get_submodule(layer)
    assert found.channels_last == channels_last
    drawn = np.random.default_rng(0).integers(0, 255, (1, 224, 224, 3), dtype=np.uint8)
    assert heat_maps(classifier(backbone), drawn, np.array([1])).max() == pytest.approx(1, abs=1e-4)


def test_a_transformer_has_none():
    backbone = timm_model(image_size=64, name="vit_tiny_patch16_224", weights=None)
    with pytest.raises(NoHeatMapsError, match="There are no heat maps for this backbone"):
        heat_maps(classifier(backbone), np.zeros((1, 64, 64, 3), np.uint8), np.array([0]))


class Votes(torch.nn.Module):
    """A classifier without gradient, as the votes of neighbours are."""

    def __init__(self):
        super().__init__()
        self.votes = torch.nn.Parameter(torch.eye(3), requires_grad=False)

    def forward(self, features):
        return self.votes[features.argmax(dim=1) % 3]


def test_outputs_without_gradient_have_none(photos):
    network = classifier(efficientnet_lite0(image_size=128))
    network.mlp = Votes()
    with pytest.raises(NoHeatMapsError, match="no heat maps for this classifier: its outputs have no gradient"):
        heat_maps(network, photos, OUTPUTS)


def test_backbones_side_by_side_share_a_map(photos):
    parts = [partial(efficientnet_lite0, blocks=blocks) for blocks in (18, 12)]
    network = classifier(side_by_side(image_size=128, first=parts[0], second=parts[1]))
    assert len(last_feature_maps(network.backbone, torch.zeros(1, 3, 128, 128))) == 2
    found = heat_maps(network, photos, OUTPUTS)
    assert found.max(axis=(1, 2)) == pytest.approx(1)
    assert found.min() >= 0
