"""Photos decoded by threads while the model computes on those before them."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from components.data import decode

Prepared = TypeVar("Prepared")

AHEAD = 2
"""Batches that are decoded while the model computes on another."""


def decoded_batches(
    paths: Sequence[Path],
    prepare: Callable[[Image.Image], Prepared],
    batch_size: int,
    *,
    at_least: int | None = None,
    workers: int | None = None,
) -> Iterator[tuple[NDArray[np.int64], list[Prepared]]]:
    """Rows of `paths` and their prepared photos, batch by batch.

    Args:
        paths: n photos.
        prepare: From an RGB photo to what the model takes; called in several threads.
        batch_size: Photos a batch.
        at_least: As in `components.data.decode`: JPEGs may come out smaller, with no side below this.
        workers: Threads; None: one a core.

    Raises:
        UnreadableError: A file gives no photo; it is named.
    """

    def one(path: Path) -> Prepared:
        return prepare(decode(path, at_least=at_least))

    waiting: deque[tuple[NDArray[np.int64], list[Future[Prepared]]]] = deque()
    chunks = (np.arange(start, min(start + batch_size, len(paths))) for start in range(0, len(paths), batch_size))
    pool = ThreadPoolExecutor(workers or os.cpu_count())
    try:
        for rows in chunks:
            waiting.append((rows, [pool.submit(one, paths[row]) for row in rows.tolist()]))
            if len(waiting) > AHEAD:
                ready, futures = waiting.popleft()
                yield ready, [future.result() for future in futures]
        for ready, futures in waiting:
            yield ready, [future.result() for future in futures]
    finally:
        pool.shutdown(cancel_futures=True)
