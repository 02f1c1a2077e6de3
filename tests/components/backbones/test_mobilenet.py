import urllib.error
from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision
from safetensors.torch import save_file
from torch import nn

from components.backbones import IMAGENET, UNIT, Normalize, count_parameters, mobilenet_v2
from components.errors import ConfigError, WeightsError

IMAGES = torch.randint(0, 256, (2, 3, 64, 64), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def network() -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        return torchvision.models.mobilenet_v2(num_classes=7).eval()


def test_counts_of_the_thesis() -> None:
    backbone = mobilenet_v2(image_size=224, weights=None)
    assert count_parameters(backbone) == (2_257_984, 0)
    head = nn.Sequential(nn.Linear(backbone.out_features, 8), nn.ReLU(), nn.Linear(8, 4))
    assert count_parameters(nn.Sequential(backbone, head)) == (2_268_268, 10_284)


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_a_local_file_gives_its_features(network: nn.Module, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"weights{suffix}"
    if suffix == ".pt":
        torch.save({"state_dict": network.state_dict(), "epoch": 3}, file)
    else:
        save_file(network.state_dict(), file)
    backbone = mobilenet_v2(image_size=64, weights=str(file))
    with torch.no_grad():
        expected = network.features(Normalize(IMAGENET)(IMAGES)).mean(dim=(2, 3))
    torch.testing.assert_close(backbone(IMAGES), expected, atol=1e-5, rtol=1e-4)
    unit = mobilenet_v2(image_size=64, weights=str(file), pixels="unit")
    with torch.no_grad():
        expected = network.features(Normalize(UNIT)(IMAGES)).mean(dim=(2, 3))
    torch.testing.assert_close(unit(IMAGES), expected, atol=1e-5, rtol=1e-4)
    assert unit.fingerprint() != backbone.fingerprint()


def test_downloaded_weights_need_no_network(
    network: nn.Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.hub.urlopen", lambda *_, **__: pytest.fail("asked the network"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    url = torchvision.models.MobileNet_V2_Weights.IMAGENET1K_V2.url
    file = tmp_path / "hub" / "checkpoints" / url.rsplit("/", 1)[-1]
    file.parent.mkdir(parents=True)
    torch.save(network.state_dict(), file)
    fetched = mobilenet_v2(image_size=64, weights="IMAGENET1K_V2")
    assert fetched.fingerprint() == mobilenet_v2(image_size=64, weights=str(file)).fingerprint()


def test_a_failed_download_names_the_offline_alternatives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: Any, **__: Any) -> None:
        raise urllib.error.URLError("no route to host")

    monkeypatch.setattr("torch.hub.urlopen", unreachable)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(WeightsError, match=r"IMAGENET1K_V1(?s:.*)no route(?s:.*)efficientnet_lite0(?s:.*)weights=FILE"):
        mobilenet_v2(image_size=64)


@pytest.mark.parametrize(("blocks", "features"), [(1, 32), (2, 16), (5, 32), (18, 320), (19, 1280)])
def test_only_the_first_blocks(network: nn.Module, blocks: int, features: int) -> None:
    backbone = mobilenet_v2(image_size=64, weights=None, blocks=blocks).eval()
    assert backbone.out_features == features
    assert backbone(IMAGES).shape == (2, features)


def test_train_last_counts_the_kept_blocks() -> None:
    backbone = mobilenet_v2(image_size=64, weights=None, blocks=5, train_last=2).train()
    blocks = backbone.network[0]  # type: ignore[index]
    assert [block.training for block in blocks] == [False] * 3 + [True] * 2
    assert count_parameters(backbone)[1] == sum(p.numel() for block in blocks[3:] for p in block.parameters())


@pytest.mark.parametrize("arguments", [{"blocks": 0}, {"blocks": 20}, {"train_last": 20}, {"image_size": 16}])
def test_arguments_out_of_range(arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        mobilenet_v2(**{"image_size": 64, "weights": None, **arguments})


def test_files_without_matching_weights_raise(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no such file"):
        mobilenet_v2(image_size=64, weights=str(tmp_path / "none.pt"))
    (tmp_path / "text.pt").write_text("not weights")
    (tmp_path / "text.safetensors").write_text("not weights")
    for name in ("text.pt", "text.safetensors"):
        with pytest.raises(WeightsError, match="cannot be read"):
            mobilenet_v2(image_size=64, weights=str(tmp_path / name))
    torch.save([1, 2], tmp_path / "list.pt")
    with pytest.raises(WeightsError, match="no state_dict"):
        mobilenet_v2(image_size=64, weights=str(tmp_path / "list.pt"))
    torch.save({"features.0.0.weight": torch.zeros(32, 3, 5, 5)}, tmp_path / "other.pt")
    with pytest.raises(WeightsError, match=r"0.1.weight is missing.* and .* more"):
        mobilenet_v2(image_size=64, weights=str(tmp_path / "other.pt"))


def test_a_file_of_another_shape(network: nn.Module, tmp_path: Path) -> None:
    state = network.state_dict()
    state["features.0.0.weight"] = torch.zeros(32, 3, 5, 5)
    torch.save(state, tmp_path / "w.pt")
    with pytest.raises(
        WeightsError, match=r"0\.0\.weight has shape \(32, 3, 5, 5\), the network's has \(32, 3, 3, 3\)"
    ):
        mobilenet_v2(image_size=64, weights=str(tmp_path / "w.pt"))


class _Runs:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("code of the file ran",))


def test_a_file_cannot_run_code(tmp_path: Path) -> None:
    torch.save({"features.0.0.weight": _Runs()}, tmp_path / "evil.pt")
    with pytest.raises(WeightsError, match="cannot be read"):
        mobilenet_v2(image_size=64, weights=str(tmp_path / "evil.pt"))
