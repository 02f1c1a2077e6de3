"""Pillow's settings while photos are read: no warnings, no size limit of its own, HEIC and AVIF files."""

import threading
import warnings
from functools import cache
from types import TracebackType

from PIL import Image

HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


class _QuietPillow:
    """Context manager in which Pillow neither warns nor limits the number of pixels (`decode` has its own limit).

    The settings are global; they are restored when the last of several threads leaves.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._limit: int | None = None

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
                self._filters = warnings.catch_warnings()
                self._filters.__enter__()
                warnings.filterwarnings("ignore", module="PIL")
            self._inside += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                Image.MAX_IMAGE_PIXELS = self._limit
                self._filters.__exit__(kind, error, at)


quiet_pillow = _QuietPillow()


def register_heif_if_needed(head: bytes) -> None:
    """Let Pillow open HEIC and AVIF files if `head`, the first bytes of a file, is of one."""
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        _register_heif()


@cache
def _register_heif() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
