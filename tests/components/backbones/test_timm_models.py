from pathlib import Path
from typing import Any

import pytest
import timm
import torch
from safetensors.torch import save_file

from components.backbones import IMAGENET, Normalization, Normalize, count_parameters, timm_model
from components.errors import ConfigError, WeightsError

IMAGES = torch.randint(0, 256, (2, 3, 96, 96), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def seeded(name: str, **arguments: Any) -> torch.nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        return timm.create_model(name, **arguments).eval()


@pytest.mark.parametrize("name", ["test_resnet", "test_efficientnet", "test_vit", "mobilenetv3_small_050"])
def test_features_of_small_random_models(name: str) -> None:
    backbone = timm_model(image_size=96, name=name, weights=None).train()
    features = backbone(IMAGES)
    assert features.shape == (2, backbone.out_features)
    assert torch.equal(features, backbone.eval()(IMAGES))
    assert backbone.frozen
    config = timm.get_pretrained_cfg(name)
    assert config is not None
    assert backbone.normalization == Normalization(config.mean, config.std)


def test_out_features_of_models_whose_timm_attribute_differs() -> None:
    backbone = timm_model(image_size=96, name="mobilenetv3_small_050", weights=None)
    assert backbone.out_features == 1024 != backbone.network.num_features


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize("name", ["test_resnet", "test_vit"])
def test_a_local_file_gives_its_features(tmp_path: Path, suffix: str, name: str) -> None:
    size = {"img_size": 96} if name == "test_vit" else {}
    network = seeded(name, num_classes=7, **size)
    file = tmp_path / f"weights{suffix}"
    torch.save(network.state_dict(), file) if suffix == ".pt" else save_file(network.state_dict(), file)
    backbone = timm_model(image_size=96, name=name, weights=str(file)).eval()
    with torch.no_grad():
        inputs = Normalize(backbone.normalization)(IMAGES)
        expected = network.forward_head(network.forward_features(inputs), pre_logits=True)  # type: ignore[operator]
    torch.testing.assert_close(backbone(IMAGES), expected, atol=1e-4, rtol=1e-3)


def test_a_file_for_another_image_size_is_adapted(tmp_path: Path) -> None:
    torch.save(seeded("test_vit", num_classes=7).state_dict(), tmp_path / "w.pt")
    backbone = timm_model(image_size=96, name="test_vit", weights=str(tmp_path / "w.pt"))
    assert backbone(IMAGES).shape == (2, 64)


def test_a_file_of_another_model(tmp_path: Path) -> None:
    torch.save(seeded("test_efficientnet").state_dict(), tmp_path / "w.pt")
    with pytest.raises(WeightsError, match="does not match"):
        timm_model(image_size=96, name="test_resnet", weights=str(tmp_path / "w.pt"))


def test_unknown_names_raise_with_suggestions() -> None:
    with pytest.raises(ConfigError, match=r"Did you mean .*mobilenetv3_small_100"):
        timm_model(image_size=96, name="mobilenet_v3_small_100", weights=None)
    with pytest.raises(ConfigError, match=r"list_models\(\)"):
        timm_model(image_size=96, name="qqqqqqqqqq", weights=None)
    with pytest.raises(ConfigError, match=r"have tags .*a1_in1k"):
        timm_model(image_size=96, name="resnet18.nothing", weights=None)


def test_a_tag_is_part_of_a_name() -> None:
    assert timm_model(image_size=64, name="resnet18.a1_in1k", weights=None).normalization == IMAGENET


def test_an_unreachable_hub_names_the_offline_alternatives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)
    with pytest.raises(WeightsError, match=r"test_resnet(?s:.*)efficientnet_lite0(?s:.*)weights=FILE"):
        timm_model(image_size=96, name="test_resnet")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(WeightsError, match="could not be downloaded"):
        timm_model(image_size=96, name="test_resnet")


@pytest.mark.parametrize(("name", "groups"), [("test_resnet", 5), ("test_vit", 7)])
def test_train_last(name: str, groups: int) -> None:
    none = timm_model(image_size=96, name=name, weights=None)
    everything = timm_model(image_size=96, name=name, weights=None, train_last=groups)
    assert count_parameters(none)[1] == 0
    assert count_parameters(everything)[1] == sum(parameter.numel() for parameter in everything.parameters())
    with pytest.raises(ConfigError, match=f"has {groups} blocks"):
        timm_model(image_size=96, name=name, weights=None, train_last=groups + 1)
    last = timm_model(image_size=96, name=name, weights=None, train_last=1).train()
    last(IMAGES).sum().backward()
    trained = {name for name, parameter in last.network.named_parameters() if parameter.grad is not None}
    expected = "layer4." if name == "test_resnet" else ("blocks.5.", "norm.", "fc_norm.")
    assert trained
    assert all(parameter.startswith(expected) for parameter in trained)


def test_unsupported_photo_sizes_raise() -> None:
    with pytest.raises(ConfigError, match="image_size=95"):
        timm_model(image_size=95, name="test_vit", weights=None)
