"""A limit on the memory that all threads of a process use together to decode photos."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from components.data.rgb import SIXTEEN_BIT

BUDGET = 1_500_000_000
"""Bytes that the photos being decoded may take together; a single larger photo is decoded alone."""

ONE_BYTE = ("1", "L", "P")
PROGRESSIVE_BYTES = 6
"""Bytes per pixel of the coefficients that the decoder of a progressive JPEG keeps, even if it downscales."""


class MemoryBudget:
    """Bytes that several threads share; whoever finds too few left waits."""

    def __init__(self, size: int) -> None:
        """Create the budget with its size in bytes."""
        self._size, self._used = size, 0
        self._changed = threading.Condition()

    @contextmanager
    def reserve(self, size: int) -> Iterator[None]:
        """Wait until `size` bytes are left, or nothing is used; hold them while the context is open."""
        with self._changed:
            self._changed.wait_for(lambda: not self._used or self._used + size <= self._size)
            self._used += size
        try:
            yield
        finally:
            with self._changed:
                self._used -= size
                self._changed.notify_all()


decoding_memory = MemoryBudget(BUDGET)


def bytes_to_decode(image: Image.Image, full_size: tuple[int, int], factor: int) -> int:
    """Estimate the memory that decoding and converting an image takes, in bytes.

    Args:
        image: The opened image, not decoded, with the size at which it will be.
        full_size: Its size in the file.
        factor: By which it is reduced while it is converted.
    """
    pixels = image.size[0] * image.size[1]
    source = 1 if image.mode in ONE_BYTE else 2 if image.mode in SIXTEEN_BIT[:-1] else 4
    converted = 0 if image.mode == "RGB" and factor == 1 else 4 / factor**2
    extra = PROGRESSIVE_BYTES * full_size[0] * full_size[1] if image.info.get("progressive") else 0
    return int(pixels * (source + converted)) + extra
