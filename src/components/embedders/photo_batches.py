"""Batches of decoded photos; threads decode the next ones while the model computes."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from components.data import decode, resized

Prepared = TypeVar("Prepared")

PREFETCHED = 2
"""Number of batches decoded in advance."""


def row_batches(count: int, batch_size: int) -> Iterator[NDArray[np.int64]]:
    """Yield the rows 0 to `count` - 1 in consecutive batches."""
    for start in range(0, count, batch_size):
        yield np.arange(start, min(start + batch_size, count))


def decoded_batches(
    paths: Sequence[Path],
    prepare: Callable[[Image.Image], Prepared],
    batch_size: int,
    *,
    at_least: int | None = None,
    workers: int | None = None,
) -> Iterator[tuple[NDArray[np.int64], list[Prepared]]]:
    """Decode and prepare photos in threads; yield batches of rows of `paths` with the prepared photos.

    Args:
        paths: n photos.
        prepare: Converts an RGB photo to the input of the model; called in several threads.
        batch_size: Photos per batch.
        at_least: See `components.data.decode`: JPEG files may be decoded at a smaller size, with no side below this.
        workers: Number of threads; None: one per core.

    Raises:
        UnreadableError: A file is not a readable photo.
    """

    def load(path: Path) -> Prepared:
        return prepare(decode(path, at_least=at_least))

    pending: deque[tuple[NDArray[np.int64], list[Future[Prepared]]]] = deque()
    pool = ThreadPoolExecutor(workers or os.cpu_count())
    try:
        for rows in row_batches(len(paths), batch_size):
            pending.append((rows, [pool.submit(load, paths[row]) for row in rows.tolist()]))
            if len(pending) > PREFETCHED:
                ready, futures = pending.popleft()
                yield ready, [future.result() for future in futures]
        for ready, futures in pending:
            yield ready, [future.result() for future in futures]
    finally:
        pool.shutdown(cancel_futures=True)


def squashed_batches(paths: Sequence[Path], size: int, batch_size: int) -> Iterator[tuple[NDArray[np.int64], Tensor]]:
    """Decode photos and resize them to `size` x `size` pixels, ignoring their aspect ratio.

    Yields:
        Rows of `paths`, and (B, 3, size, size) uint8 photos.

    Raises:
        UnreadableError: A file is not a readable photo.
    """

    def prepare(photo: Image.Image) -> NDArray[np.uint8]:
        return np.asarray(resized(photo, size, "squash"))

    for rows, photos in decoded_batches(paths, prepare, batch_size, at_least=2 * size):
        yield rows, torch.from_numpy(np.stack(photos)).permute(0, 3, 1, 2)
