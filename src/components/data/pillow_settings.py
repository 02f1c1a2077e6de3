"""Pillow's settings while photos are read: formats of photos only, no warnings, no limits of its own."""

import threading
import warnings
from functools import cache
from types import TracebackType

from PIL import Image, PngImagePlugin

PHOTO_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "PPM")
"""Formats that Pillow may decode besides HEIC and AVIF; MPO is a kind of JPEG. Documents are never opened."""

HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
AVIF_BRANDS = (b"avif", b"avis")

MAX_TEXT = 64 << 20
"""Bytes of text in a PNG file: tools write their settings and scenes into photos, some of several megabytes."""


class _QuietPillow:
    """Context manager in which Pillow neither warns nor limits pixels and texts (`reading.opened` has limits).

    The settings are global; they are restored when the last of several threads leaves.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._pixels: int | None = None
        self._text = 0

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._pixels, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
                self._text, PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_CHUNK, MAX_TEXT
                self._filters = warnings.catch_warnings()
                self._filters.__enter__()
                warnings.filterwarnings("ignore", module="PIL")
            self._inside += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                Image.MAX_IMAGE_PIXELS = self._pixels
                PngImagePlugin.MAX_TEXT_CHUNK = self._text
                self._filters.__exit__(kind, error, at)


quiet_pillow = _QuietPillow()


def photo_formats(head: bytes) -> tuple[str, ...]:
    """Return the formats that Pillow may try for a file.

    Args:
        head: The first 32 bytes of the file. HEIC and AVIF files are recognised by their brands.
    """
    if head[4:8] == b"ftyp":
        brands = [head[start : start + 4] for start in range(8, len(head) - 3, 4)]
        if any(brand in AVIF_BRANDS for brand in brands):
            return ("AVIF",)
        if any(brand in HEIF_BRANDS for brand in brands):
            _register_heif()
            return ("HEIF",)
        return ()
    return PHOTO_FORMATS


@cache
def _register_heif() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
