"""Many photos decoded at once.

Threads, not processes: decoding and resizing run outside Python's lock, so they keep all cores busy with photos of
ordinary size, and nothing has to be imported, copied or guarded a second time.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from components.data.progress import progress
from components.data.reading import MAX_PIXELS, MIN_SIDE, UnreadableError, decode, quiet_pillow


def decode_all(
    files: Sequence[Path],
    use: Callable[[int, Image.Image], None],
    *,
    at_least: int | None = None,
    min_side: int = MIN_SIDE,
    max_pixels: int = MAX_PIXELS,
    workers: int | None = None,
) -> dict[int, str]:
    """Decode n files and hand each photo to `use(row, photo)`, from several threads at once.

    Args:
        files: The files; a file's row is its position here.
        use: Takes a row and its RGB photo. Different rows may come at the same time, in any order.
        at_least: As in `decode`.
        min_side: As in `decode`.
        max_pixels: As in `decode`.
        workers: Threads; None: one a core.

    Returns:
        The rows that gave no photo, each with the reason.
    """

    def one(row: int) -> str:
        try:
            photo = decode(files[row], at_least=at_least, min_side=min_side, max_pixels=max_pixels)
        except UnreadableError as error:
            return error.reason
        use(row, photo)
        return ""

    pool = ThreadPoolExecutor(workers or os.cpu_count())
    try:
        with quiet_pillow:
            reasons = list(progress(pool.map(one, range(len(files))), "Decoding photos", len(files)))
    finally:
        pool.shutdown(cancel_futures=True)
    return {row: reason for row, reason in enumerate(reasons) if reason}
