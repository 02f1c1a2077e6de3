"""Models that are on this machine need no hub, and a hub that cannot be reached is an error that says what to do."""

import socket

import pytest
from huggingface_hub import constants

from components.errors import WeightsError
from components.hub import from_hub, hub_is_reachable, model_files, model_folder


def test_a_local_folder_needs_no_hub(tmp_path, monkeypatch):
    monkeypatch.setattr("components.hub.hub_is_reachable", lambda _: pytest.fail("the hub was contacted"))
    assert model_folder(str(tmp_path), "embedder=siglip") == tmp_path


def test_only_files_that_determine_the_output_are_listed(tmp_path):
    for name in ("model.safetensors", "config.json", "README.md", "vocab.txt"):
        (tmp_path / name).touch()
    (tmp_path / "folder.json").mkdir()
    assert [path.name for path in model_files(tmp_path)] == ["config.json", "model.safetensors", "vocab.txt"]


def test_without_the_hub_the_client_is_offline_and_failures_name_option_model_and_alternative(monkeypatch):
    monkeypatch.setattr("components.hub.hub_is_reachable", lambda _: False)
    before = constants.HF_HUB_OFFLINE

    def load():
        with from_hub("embedder=siglip", "nobody/nothing", "embedder=conse works offline"):
            assert constants.HF_HUB_OFFLINE
            raise OSError("no\nroute")

    with pytest.raises(WeightsError, match=r"embedder=siglip: nobody/nothing could not be loaded") as caught:
        load()
    assert "OSError: no route\nembedder=conse works offline; a model that is already" in str(caught.value)
    assert before == constants.HF_HUB_OFFLINE


def test_the_hub_is_reachable_when_it_takes_a_connection_or_a_proxy_is_set(monkeypatch):
    monkeypatch.setattr("components.hub.getproxies", dict)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert hub_is_reachable(address)
    assert not hub_is_reachable(address)
    monkeypatch.setattr("components.hub.getproxies", lambda: {"https": "http://proxy"})
    assert hub_is_reachable(address)
