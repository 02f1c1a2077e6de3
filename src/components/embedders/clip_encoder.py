"""Common part of the encoders that run CLIP-like models: device, precision, batches."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from components.embedders.embedder import Batch
from components.embedders.photo_batches import decoded_batches, row_batches
from components.errors import ConfigError
from components.training import has_bfloat16, pick_device

TEXT_BATCH = 256
"""Texts per forward pass."""

PRECISIONS = ("auto", "float32", "bfloat16")


class ClipEncoder:
    """Base class of encoders with an image tower and a text tower.

    Raises:
        ConfigError: `precision` is not one of `PRECISIONS`.
    """

    def __init__(self, *, batch_size: int, precision: str, device: str) -> None:
        """Store the settings; the device is initialised on first use.

        Args:
            batch_size: Photos per forward pass.
            precision: float32, bfloat16, or auto: bfloat16 if the device supports it.
            device: Device of the model.
        """
        if precision not in PRECISIONS:
            raise ConfigError(f"embedder.precision={precision!r}: expected one of {', '.join(PRECISIONS)}")
        self.batch_size, self.precision, self.requested_device = batch_size, precision, device

    @cached_property
    def device(self) -> torch.device:
        """Device of the model."""
        return pick_device(self.requested_device)

    @property
    def bfloat16(self) -> bool:
        """Whether the model computes in bfloat16."""
        return self.precision == "bfloat16" or (self.precision == "auto" and has_bfloat16(self.device))

    def image_batches(
        self, paths: Sequence[Path], prepare: Callable[[Image.Image], Tensor], encode: Callable[[Tensor], Any]
    ) -> Iterator[Batch]:
        """Yield batches of vectors of photos, which threads decode and prepare while the model computes.

        Args:
            paths: n photos.
            prepare: Converts an RGB photo to a (3, H, W) input of the model.
            encode: Computes (B, d) vectors of (B, 3, H, W) inputs, see `forward`.
        """
        for rows, photos in decoded_batches(paths, prepare, self.batch_size):
            yield rows, self.forward(encode, torch.stack(photos))

    def text_batches(self, texts: Sequence[str], encode: Callable[[list[str]], NDArray[np.float32]]) -> Iterator[Batch]:
        """Yield batches of vectors of texts; `encode` computes (B, d) vectors of B texts."""
        for rows in row_batches(len(texts), TEXT_BATCH):
            yield rows, encode(list(texts[rows[0] : rows[-1] + 1]))

    @torch.inference_mode()
    def forward(self, encode: Callable[..., Any], *inputs: Tensor, **named: Tensor) -> NDArray[np.float32]:
        """Run `encode` on the device in the chosen precision; return its (B, d) vectors.

        Args:
            encode: Method of the network; returns a tensor, or an output of transformers with a `pooler_output`.
            *inputs: Positional arguments of `encode`.
            **named: Keyword arguments of `encode`.
        """
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bfloat16):
            output = encode(
                *(tensor.to(self.device) for tensor in inputs),
                **{name: tensor.to(self.device) for name, tensor in named.items()},
            )
        tensor: Tensor = output if isinstance(output, Tensor) else output.pooler_output
        vectors: NDArray[np.float32] = tensor.float().cpu().numpy()
        return vectors
