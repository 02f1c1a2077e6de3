"""Weights from files, and what to say when they do not fit or cannot be fetched."""

import pickle
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from components.errors import WeightsError

StateDict = Mapping[str, Tensor]

WRAPPERS = ("state_dict", "model")
"""Keys under which training scripts (Lightning, timm) keep the weights in a checkpoint."""


def read_weights(file: str | Path) -> dict[str, Tensor]:
    """Read the tensors of a `.safetensors` file or of a file of `torch.save`, onto the CPU.

    Nothing but tensors is read (`weights_only`): a file cannot run code.

    Raises:
        WeightsError: There is no such file, or it holds no weights.
    """
    path = Path(file).expanduser()
    if not path.is_file():
        raise WeightsError(f"backbone.weights={file}: there is no such file")
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, SafetensorError, pickle.UnpicklingError) as error:
        raise WeightsError(
            f"backbone.weights={file} cannot be read: {error}\n"
            "Expected a .safetensors file, or a state_dict written by torch.save (tensors only)"
        ) from error
    for key in WRAPPERS:
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
    if not isinstance(content, dict) or not content or not all(isinstance(part, Tensor) for part in content.values()):
        raise WeightsError(f"backbone.weights={file} holds no state_dict (names with their tensors)")
    return content


def load_weights(network: nn.Module, weights: StateDict, source: str) -> None:
    """Put `weights` into `network`: every tensor has its place and every place its tensor.

    Raises:
        WeightsError: Names or shapes differ; it names the first of them and `source`.
    """
    places = network.state_dict()
    faults = [f"{name} is missing" for name in places if name not in weights]
    faults += [f"{name} has no place in the network" for name in weights if name not in places]
    faults += [
        f"{name} has shape {tuple(weights[name].shape)}, the network's has {tuple(place.shape)}"
        for name, place in places.items()
        if name in weights and weights[name].shape != place.shape
    ]
    if faults:
        more = f" and {len(faults) - 3} more" if len(faults) > 3 else ""
        raise WeightsError(f"{source} does not fit this backbone: {'; '.join(faults[:3])}{more}")
    network.load_state_dict(weights)


@contextmanager
def reaching(what: str) -> Iterator[None]:
    """Turn a failed download of `what` into a WeightsError that says what works without a network."""
    try:
        yield
    except (OSError, HTTPException, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise WeightsError(
            f"{what} could not be fetched: {type(error).__name__}: {reason}\n"
            "backbone=efficientnet_lite0 works offline (its weights are installed with hito); "
            "a file of weights that is already here can be given with backbone.weights=FILE"
        ) from error
