"""Linear heads trained contrastively, so that a photo and its text have a high cosine (symmetric InfoNCE)."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from components.errors import DataError, WeightsError
from components.storage import atomic_path

INITIAL_TEMPERATURE = 0.07
MIN_PAIRS = 8
"""Smallest number of pairs of a training set and of a batch; with fewer there are too few negatives."""


@dataclass(frozen=True)
class Heads:
    """Two linear heads.

    Attributes:
        tensors: Weights (d, inputs) and biases (d,): photo.weight, photo.bias, text.weight, text.bias.
    """

    tensors: dict[str, Tensor]

    @property
    def dimension(self) -> int:
        """Output dimension d of the heads."""
        return len(self.tensors["photo.bias"])

    def of_photos(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (n, d) unit vectors of (n, p) inputs of the photo head."""
        return self._apply("photo", inputs)

    def of_texts(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (m, d) unit vectors of (m, t) inputs of the text head."""
        return self._apply("text", inputs)

    def _apply(self, head: str, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        weight, bias = self.tensors[f"{head}.weight"].numpy(), self.tensors[f"{head}.bias"].numpy()
        outputs = inputs @ weight.T + bias
        outputs /= np.linalg.norm(outputs, axis=1, keepdims=True)
        unit: NDArray[np.float32] = outputs.astype(np.float32)
        return unit

    def save(self, file: Path) -> None:
        """Write the heads to a .safetensors file, atomically."""
        with atomic_path(file) as path:
            save_file({name: tensor.contiguous() for name, tensor in self.tensors.items()}, path)


def load_heads(file: Path) -> Heads:
    """Read heads written by `Heads.save`.

    Raises:
        WeightsError: The file cannot be read, or contains something else.
    """
    try:
        tensors = load_file(file)
    except (OSError, SafetensorError) as error:
        raise WeightsError(
            f"embedder.weights={file} cannot be read: {error}. Expected a file written by task=align"
        ) from error
    names = {f"{head}.{part}" for head in ("photo", "text") for part in ("weight", "bias")}
    if set(tensors) != names:
        raise WeightsError(
            f"embedder.weights={file} contains {', '.join(sorted(tensors))}; expected a file written by task=align, "
            f"with {', '.join(sorted(names))}"
        )
    return Heads(tensors)


def fit_heads(
    photos: Tensor,
    texts: Tensor,
    owner: Tensor,
    *,
    dimension: int,
    epochs: int,
    dropout: float,
    learning_rate: float,
    weight_decay: float,
    batch_size: int,
    seed: int,
    on_epoch: Callable[[float], Any],
) -> Heads:
    """Train both heads with symmetric InfoNCE (Radford et al. 2021), a learned temperature and AdamW, on the CPU.

    For a photo with several texts, each epoch draws one of them, so that texts in two languages are embedded in one
    space.

    Args:
        photos: (n, p) inputs of the photo head.
        texts: (m, t) inputs of the text head.
        owner: (m,) row of the photo of each text, ascending; every photo has at least one text.
        dimension: Output dimension of the heads.
        epochs: Number of epochs.
        dropout: Dropout rate of the inputs.
        learning_rate: Learning rate of AdamW.
        weight_decay: Weight decay of AdamW.
        batch_size: Pairs per step.
        seed: Seed of initialisation, order and dropout.
        on_epoch: Callback called with the mean loss of each epoch.

    Raises:
        DataError: There are fewer than 8 photos.
    """
    if len(photos) < MIN_PAIRS:
        raise DataError(f"{len(photos)} photos with texts are too few for training: expected at least {MIN_PAIRS}")
    generator = torch.Generator().manual_seed(seed)
    counts = torch.bincount(owner, minlength=len(photos))
    firsts = counts.cumsum(0) - counts
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        heads = nn.ModuleDict(
            {"photo": nn.Linear(photos.shape[1], dimension), "text": nn.Linear(texts.shape[1], dimension)}
        )
        scale = nn.Parameter(torch.tensor(math.log(1 / INITIAL_TEMPERATURE)))
        optimizer = torch.optim.AdamW(
            [
                {"params": heads.parameters(), "weight_decay": weight_decay},
                {"params": [scale], "weight_decay": 0.0},
            ],
            lr=learning_rate,
        )
        for _ in range(epochs):
            total = 0.0
            chunks = torch.split(torch.randperm(len(photos), generator=generator), batch_size)
            if len(chunks) > 1 and len(chunks[-1]) < MIN_PAIRS:  # too few negatives
                chunks = chunks[:-1]
            for rows in chunks:
                chosen = firsts[rows] + (torch.rand(len(rows), generator=generator) * counts[rows]).long()
                left = functional.normalize(heads["photo"](functional.dropout(photos[rows], dropout)), dim=1)
                right = functional.normalize(heads["text"](functional.dropout(texts[chosen], dropout)), dim=1)
                logits, truth = scale.exp() * left @ right.T, torch.arange(len(rows))
                loss = (functional.cross_entropy(logits, truth) + functional.cross_entropy(logits.T, truth)) / 2
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                total += loss.item() / len(chunks)
            on_epoch(total)
    return Heads({name: tensor.detach() for name, tensor in heads.state_dict().items()})
