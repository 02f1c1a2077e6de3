"""Models of the Hugging Face hub: download, use of local copies, and errors when the hub cannot be reached."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from components.errors import MissingExtraError, WeightsError

CONNECT_TIMEOUT = 5.0
"""Seconds to wait for a connection to the hub; the hub's own client would retry for most of a minute."""

MODEL_SUFFIXES = (".safetensors", ".bin", ".pt", ".json", ".model", ".txt")
"""Suffixes of the files in a model's folder that determine its output."""


OFFLINE_EMBEDDER = "embedder=conse works offline (its weights are installed with hito)"


@contextmanager
def from_hub(needed_by: str, model: str, alternative: str = OFFLINE_EMBEDDER) -> Iterator[None]:
    """Turn failures to load `model` from the hub inside the `with` block into a `WeightsError`.

    When the hub cannot be reached, the block runs in the hub client's offline mode: only files that were downloaded
    earlier are used.

    Args:
        needed_by: The option that needs the model; the error begins with it.
        model: Name of the model.
        alternative: What works without the model, for the error.

    Raises:
        WeightsError: The model is neither on the hub nor on this machine, or the hub cannot be reached.
    """
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = before or not hub_is_reachable(constants.ENDPOINT)
    try:
        yield
    except (OSError, HTTPException, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())[:300]
        raise WeightsError(
            f"{needed_by}: {model} could not be loaded from the hub (huggingface.co) or from this machine: "
            f"{type(error).__name__}: {reason}\n"
            f"{alternative}; a model that is already on this machine can be given by its path"
        ) from error
    finally:
        constants.HF_HUB_OFFLINE = before


def import_transformers(needed_by: str) -> Any:
    """Return the package transformers, typed as Any because its annotations do not cover devices.

    Args:
        needed_by: The option that needs it.

    Raises:
        MissingExtraError: The package is not installed.
    """
    try:
        import transformers
    except ImportError as error:
        raise MissingExtraError("transformers", "clip", needed_by) from error
    return transformers


def model_folder(model: str, needed_by: str, alternative: str = OFFLINE_EMBEDDER) -> Path:
    """Return the folder of a model, downloaded from the hub if it is not on this machine yet.

    Args:
        model: A local folder, or the name of a model on the hub.
        needed_by: As in `from_hub`.
        alternative: As in `from_hub`.

    Raises:
        WeightsError: The model is neither on the hub nor on this machine, or the hub cannot be reached.
    """
    local = Path(model).expanduser()
    if local.is_dir():
        return local
    from huggingface_hub import snapshot_download

    with from_hub(needed_by, model, alternative):
        return Path(snapshot_download(model, allow_patterns=["*.json", "*.safetensors", "*.model", "*.txt"]))


def hub_is_reachable(address: str) -> bool:
    """Return whether a connection to the hub can be opened; with an HTTPS proxy, True without trying."""
    if "https" in getproxies():
        return True
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 443), timeout=CONNECT_TIMEOUT).close()
    except OSError:
        return False
    return True


def model_files(folder: Path) -> list[Path]:
    """Return the files that determine a model's output: weights, configuration, tokenizer and preprocessing."""
    return sorted(path for path in folder.iterdir() if path.suffix in MODEL_SUFFIXES and path.is_file())
