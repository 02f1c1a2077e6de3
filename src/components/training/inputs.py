"""Batches of rows of an array that is on the device or is streamed to it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

SHARE_OF_DEVICE = 0.4
"""Largest share of the free memory of a GPU up to which an array is copied onto it as a whole."""


@dataclass(frozen=True)
class Inputs:
    """Photos (n, S, S, 3) uint8 or features (n, F) float32, of which batches are copied to the device.

    Attributes:
        array: Array in memory, mapped from a file, or on the device.
        device: Device of the batches.
    """

    array: Tensor
    device: torch.device

    @classmethod
    def of(cls, array: NDArray[np.generic] | Tensor, device: torch.device) -> "Inputs":
        """Create inputs from an array; it is copied onto a CUDA device if it fits (`SHARE_OF_DEVICE`)."""
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
        """Whether rows are copied to the device batch by batch."""
        return self.array.device.type != self.device.type

    def batch(self, rows: Tensor, out: Tensor | None = None) -> Tensor:
        """Return a batch on the device; photos as (B, 3, S, S) in channels-last memory format.

        Args:
            rows: (B,) row indices.
            out: (B, ...) buffer on the device of the array; None to allocate memory.
        """
        rows = rows.to(self.array.device)
        picked = torch.index_select(self.array, 0, rows, out=out)  # four times as fast as self.array[rows]
        if self.streamed:
            picked = picked.pin_memory() if self.device.type == "cuda" else picked
            picked = picked.to(self.device, non_blocking=True)
        return picked.permute(0, 3, 1, 2) if picked.ndim == 4 else picked

    def batches(self, rows: Tensor, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield pairs of (row indices, batch) in the order of `rows`; streamed arrays are read one batch ahead."""
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
    """Return a tensor that shares the memory of the array, which may be read-only since nothing is written to it."""
    if array.flags.writeable:
        return torch.from_numpy(array)
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        return torch.from_numpy(array)
