"""Models from a hub, and what to say when they cannot be fetched."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from components.errors import MissingExtraError, WeightsError

PATIENCE = 5.0
"""Seconds in which the hub must take a connection; its own client would try again for most of a minute."""

MODEL_SUFFIXES = (".safetensors", ".bin", ".pt", ".json", ".model", ".txt")
"""Suffixes of the files of a model's folder that decide what it computes."""


OFFLINE_EMBEDDER = "embedder=conse works offline (its weights are installed with hito)"


@contextmanager
def from_hub(needed_by: str, what: str, instead: str = OFFLINE_EMBEDDER) -> Iterator[None]:
    """Load `what`: from the hub, or where that cannot be reached from what was fetched earlier.

    Args:
        needed_by: The option that needs it.
        what: Its name.
        instead: What works without it.

    Raises:
        WeightsError: It can be had from neither; the message says what works without a network.
    """
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = before or not hub_answers(constants.ENDPOINT)
    try:
        yield
    except (OSError, HTTPException, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())[:300]
        raise WeightsError(
            f"{needed_by}: {what} could not be loaded from the hub (huggingface.co) or from here: "
            f"{type(error).__name__}: {reason}\n"
            f"{instead}; a model that is already on this machine can be named by its path"
        ) from error
    finally:
        constants.HF_HUB_OFFLINE = before


def transformers_library(needed_by: str) -> Any:
    """The package transformers, whose own annotations know no devices; raises MissingExtraError without it."""
    try:
        import transformers
    except ImportError as error:
        raise MissingExtraError("transformers", "clip", needed_by) from error
    return transformers


def fetched(model: str, needed_by: str, instead: str = OFFLINE_EMBEDDER) -> Path:
    """The folder of a model: a local one as it is, one on the hub fetched where it is not here yet.

    Raises:
        WeightsError: It is neither here nor to be had from the hub.
    """
    here = Path(model).expanduser()
    if here.is_dir():
        return here
    from huggingface_hub import snapshot_download

    with from_hub(needed_by, model, instead):
        return Path(snapshot_download(model, allow_patterns=["*.json", "*.safetensors", "*.model", "*.txt"]))


def hub_answers(address: str) -> bool:
    """Whether the hub takes a connection; behind a proxy that is for the proxy to say."""
    if "https" in getproxies():
        return True
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 443), timeout=PATIENCE).close()
    except OSError:
        return False
    return True


def model_files(folder: Path) -> list[Path]:
    """The files of a model's folder that decide what it computes: weights, configuration, tokenizer, preprocessing."""
    return sorted(path for path in folder.iterdir() if path.suffix in MODEL_SUFFIXES and path.is_file())
