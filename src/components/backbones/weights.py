"""Weights from files, with errors for weights that do not match or cannot be downloaded."""

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
from components.wording import shortened

StateDict = Mapping[str, Tensor]

WRAPPERS = ("state_dict", "model")
"""Keys of the weights in the checkpoints of common training scripts (Lightning, timm)."""


def read_weights(file: str | Path) -> dict[str, Tensor]:
    """Read the tensors of a `.safetensors` file, or of a file written by `torch.save`, onto the CPU.

    Only tensors are loaded (`weights_only=True`), so that a file cannot execute code.

    Raises:
        WeightsError: The file does not exist, cannot be read, or has no weights.
    """
    path = Path(file).expanduser()
    if not path.is_file():
        raise WeightsError(
            f"backbone.weights={file}: there is no such file; expected a .safetensors file or a file of torch.save"
        )
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
    if not isinstance(content, dict) or not content or not all(isinstance(value, Tensor) for value in content.values()):
        raise WeightsError(f"backbone.weights={file} has no state_dict: expected a dictionary from names to tensors")
    return content


def load_weights(network: nn.Module, weights: StateDict, source: str) -> None:
    """Load weights into a network; names and shapes must match exactly.

    Args:
        network: Network to load the weights into.
        weights: Tensors by name.
        source: Origin of the weights, for error messages.

    Raises:
        WeightsError: Names or shapes differ.
    """
    expected = network.state_dict()
    problems = [f"{name} is missing" for name in expected if name not in weights]
    problems += [f"{name} is not in the network" for name in weights if name not in expected]
    problems += [
        f"{name} has shape {tuple(weights[name].shape)}, the network's has {tuple(tensor.shape)}"
        for name, tensor in expected.items()
        if name in weights and weights[name].shape != tensor.shape
    ]
    if problems:
        raise WeightsError(f"{source} does not match this backbone: {'; '.join(shortened(problems, 3))}")
    network.load_state_dict(weights)


@contextmanager
def downloading(name: str) -> Iterator[None]:
    """Raise WeightsError, with the offline alternatives, if a download inside the context fails."""
    try:
        yield
    except (OSError, HTTPException, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise WeightsError(
            f"{name} could not be downloaded: {type(error).__name__}: {reason}\n"
            "backbone=efficientnet_lite0 works offline (its weights are installed with hito); "
            "backbone.weights=FILE loads weights from a local file"
        ) from error
