"""Linear heads trained so that a photo and its text point the same way (symmetric InfoNCE)."""

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

START_TEMPERATURE = 0.07
FEWEST = 8
"""Pairs below which there is nothing to hold a pair against."""


@dataclass(frozen=True)
class Heads:
    """Weights (d, inputs) and biases (d,) of both heads, by name: photo.weight, photo.bias, text.weight, text.bias."""

    tensors: dict[str, Tensor]

    @property
    def dimension(self) -> int:
        """Numbers that each head gives."""
        return len(self.tensors["photo.bias"])

    def of_photos(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, d) unit rows."""
        return self._apply("photo", inputs)

    def of_texts(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """(m, d) unit rows."""
        return self._apply("text", inputs)

    def _apply(self, head: str, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        weight, bias = self.tensors[f"{head}.weight"].numpy(), self.tensors[f"{head}.bias"].numpy()
        found = inputs @ weight.T + bias
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        unit: NDArray[np.float32] = found.astype(np.float32)
        return unit

    def save(self, file: Path) -> None:
        """Write the heads as .safetensors, atomically."""
        with atomic_path(file) as path:
            save_file({name: tensor.contiguous() for name, tensor in self.tensors.items()}, path)


def load_heads(file: Path) -> Heads:
    """Read what `Heads.save` wrote; raises WeightsError when that is not what it is."""
    try:
        tensors = load_file(file)
    except (OSError, SafetensorError) as error:
        raise WeightsError(
            f"embedder.weights={file} cannot be read: {error}. Expected the file that task=align writes"
        ) from error
    names = {f"{head}.{part}" for head in ("photo", "text") for part in ("weight", "bias")}
    if set(tensors) != names:
        raise WeightsError(f"embedder.weights={file} holds {sorted(tensors)}, expected {sorted(names)}")
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
    """Train both heads by symmetric InfoNCE (Radford et al. 2021) with a learnt temperature, AdamW, on the processor.

    Of a photo with several texts each epoch takes one by chance, so that two languages share one space.

    Args:
        photos: (n, p) inputs of the photos' head.
        texts: (m, t) inputs of the texts' head.
        owner: (m,) the photo of each text, ascending; every photo has one.
        dimension: Numbers that the heads give.
        epochs: Passes over the photos.
        dropout: Share of the inputs that a step does not see.
        learning_rate: Of AdamW.
        weight_decay: Of AdamW.
        batch_size: Photos a step.
        seed: Of the start and the order.
        on_epoch: Told the mean loss of each epoch.

    Raises:
        DataError: There are fewer than 8 pairs.
    """
    if len(photos) < FEWEST:
        raise DataError(f"{len(photos)} photos with texts are too few to train on; at least {FEWEST} are needed")
    generator = torch.Generator().manual_seed(seed)
    counts = torch.bincount(owner, minlength=len(photos))
    firsts = counts.cumsum(0) - counts
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        heads = nn.ModuleDict(
            {"photo": nn.Linear(photos.shape[1], dimension), "text": nn.Linear(texts.shape[1], dimension)}
        )
        scale = nn.Parameter(torch.tensor(math.log(1 / START_TEMPERATURE)))
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
            if len(chunks) > 1 and len(chunks[-1]) < FEWEST:  # a handful says little about what a text is not
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
