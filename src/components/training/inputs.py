"""Where the batches of a training come from: an array that lives on the device, or one that is streamed to it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

SHARE_OF_DEVICE = 0.4
"""An array moves to a GPU when it takes at most this share of the memory that is free there."""


@dataclass(frozen=True)
class Inputs:
    """Photos (n, S, S, 3) uint8 or features (n, F) float32, and how rows of them reach the device.

    Attributes:
        array: The rows, in memory, mapped from a file, or on the device.
        device: Where batches are wanted.
    """

    array: Tensor
    device: torch.device

    @classmethod
    def of(cls, array: NDArray[np.generic] | Tensor, device: torch.device) -> "Inputs":
        """Take an array as it is, or onto the device when it fits there."""
        tensor = array if isinstance(array, Tensor) else tensor_of(array)
        if device.type == "cuda" and tensor.device != device:
            free, _ = torch.cuda.mem_get_info(device)
            if tensor.numel() * tensor.element_size() <= SHARE_OF_DEVICE * free:
                tensor = tensor.to(device)
        return cls(tensor, device)

    def __len__(self) -> int:
        return len(self.array)

    @property
    def streamed(self) -> bool:
        """Whether rows travel to the device batch by batch."""
        return self.array.device.type != self.device.type

    def batch(self, rows: Tensor, out: Tensor | None = None) -> Tensor:
        """The rows of these indices on the device; photos as (B, 3, S, S) in channels-last memory.

        Args:
            rows: (B,) indices.
            out: (B, ...) room for the rows where the array lies; None: new memory.
        """
        rows = rows.to(self.array.device)
        picked = torch.index_select(self.array, 0, rows, out=out)  # four times as fast as self.array[rows]
        if self.streamed:
            picked = picked.pin_memory() if self.device.type == "cuda" else picked
            picked = picked.to(self.device, non_blocking=True)
        return picked.permute(0, 3, 1, 2) if picked.ndim == 4 else picked

    def batches(self, rows: Tensor, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Pairs of (row indices, batch), in the order of `rows`; a streamed array is read one batch ahead."""
        chunks = torch.split(rows, batch_size)
        if not self.streamed:
            for chunk in chunks:
                yield chunk, self.batch(chunk)
            return
        with ThreadPoolExecutor(1) as reader:
            ahead = reader.submit(self.batch, chunks[0]) if chunks else None
            for index, chunk in enumerate(chunks):
                assert ahead is not None
                ready = ahead.result()
                ahead = reader.submit(self.batch, chunks[index + 1]) if index + 1 < len(chunks) else None
                yield chunk, ready


def tensor_of(array: NDArray[np.generic]) -> Tensor:
    """A tensor that shares the array's memory; nothing here writes to it, so a read-only map will do."""
    if array.flags.writeable:
        return torch.from_numpy(array)
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        return torch.from_numpy(array)
