"""Decoding of many photos in parallel.

Threads are used instead of processes: Pillow decodes and resizes without holding the GIL, so that threads keep all
cores busy, and nothing has to be pickled or imported again.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from components.data.pillow_settings import quiet_pillow
from components.data.progress import progress
from components.data.reading import MAX_PIXELS, MIN_SIDE, UnreadableError, decode


def decode_all(
    files: Sequence[Path],
    callback: Callable[[int, Image.Image], None],
    *,
    at_least: int | None = None,
    min_side: int = MIN_SIDE,
    max_pixels: int = MAX_PIXELS,
    workers: int | None = None,
) -> dict[int, str]:
    """Decode n files and call `callback(row, photo)` for each photo, from several threads at once.

    Args:
        files: The files; the row of a file is its index.
        callback: Called with the row and the RGB photo, possibly at the same time for different rows, in any order.
        at_least: As in `decode`.
        min_side: As in `decode`.
        max_pixels: As in `decode`.
        workers: Number of threads; None: one per core.

    Returns:
        The rows that cannot be decoded, mapped to the reason.
    """

    def decode_row(row: int) -> str:
        try:
            photo = decode(files[row], at_least=at_least, min_side=min_side, max_pixels=max_pixels)
        except UnreadableError as error:
            return error.reason
        callback(row, photo)
        return ""

    pool = ThreadPoolExecutor(workers or os.cpu_count())
    try:
        with quiet_pillow:
            reasons = list(progress(pool.map(decode_row, range(len(files))), "Decoding photos", len(files)))
    finally:
        pool.shutdown(cancel_futures=True)
    return {row: reason for row, reason in enumerate(reasons) if reason}
