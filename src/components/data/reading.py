"""Photo files of any kind to RGB pixels, or the reason why not.

What is done to a file, beyond decoding it: the EXIF orientation is applied; transparency is laid over white; 16-bit
grey is scaled to 8 bits; CMYK, grey and palettes become RGB. Of an animation the first frame is taken. A drawing (SVG)
is drawn with its longer side at 512 pixels, on white. Colour profiles are not applied: the thesis's loader did not
either.
"""

import threading
import warnings
from functools import cache
from io import BytesIO
from pathlib import Path
from types import TracebackType

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from components.errors import DataError
from components.messages import Message

DECODER_VERSION = 2
"""Goes up whenever the same file would give other pixels; caches are keyed by it."""

IMAGE_EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".bmp", ".gif", ".tif", ".tiff")
MIN_SIDE = 8
MAX_PIXELS = 250_000_000
DRAWING_SIDE = 512
SIXTEEN_BIT = ("I;16", "I;16L", "I;16B", "I;16N", "I")
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
ORIENTATION, SIDEWAYS = 0x0112, (5, 6, 7, 8)


class UnreadableError(DataError):
    """A file that gives no photo; `reason` says why without naming the file."""

    def __init__(self, path: Path, reason: str | Message) -> None:
        """Name the file and the reason."""
        super().__init__(f"{path}: {reason}")
        self.path, self.said = path, reason if isinstance(reason, Message) else Message("text", {"text": reason})

    @property
    def reason(self) -> str:
        """Why, in English; `said` is it in any language."""
        return str(self.said)

    def __reduce__(self) -> tuple[type["UnreadableError"], tuple[Path, Message]]:
        return UnreadableError, (self.path, self.said)


class _QuietPillow:
    """Inside it Pillow neither warns nor has a limit of its own; `decode` has one. Threads may overlap in it."""

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


def decode(
    path: Path, *, at_least: int | None = None, min_side: int = MIN_SIDE, max_pixels: int = MAX_PIXELS
) -> Image.Image:
    """Read one photo as an RGB image, upright; `np.asarray` of it is uint8 (height, width, 3).

    `info["original_size"]` holds the (width, height) of the upright photo in the file.

    Args:
        path: The file.
        at_least: A JPEG may come out smaller than it is (by 2, 4 or 8: much faster), with no side below this.
        min_side: Photos with a shorter side than this many pixels are refused.
        max_pixels: Photos of more pixels are refused by their header, before anything is decoded. The default lets the
            200-megapixel photos of today's phones through.

    Raises:
        UnreadableError: The file gives no photo; its `reason` says why.
    """
    try:
        with path.open("rb") as stream, quiet_pillow:
            head = stream.read(32)
            if not head:
                raise UnreadableError(path, Message("empty_file"))
            if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
                register_heif()
            stream.seek(0)
            with _drawn(path) if path.suffix.lower() == ".svg" else Image.open(stream) as image:
                width, height = image.size
                size = {"width": width, "height": height}
                if min(width, height) < min_side:
                    raise UnreadableError(path, Message("side_too_short", {**size, "least": min_side}))
                if width * height > max_pixels:
                    raise UnreadableError(path, Message("too_many_pixels", {**size, "most": max_pixels}))
                if at_least:
                    image.draft(None, (at_least, at_least))
                if image.getexif().get(ORIENTATION) in SIDEWAYS:
                    width, height = height, width
                photo = _rgb(ImageOps.exif_transpose(image))
    except UnreadableError:
        raise
    except UnidentifiedImageError as error:
        raise UnreadableError(path, Message("no_image", {"head": repr(head[:8])})) from error
    except Exception as error:  # decoders meet broken files with any exception there is
        raise UnreadableError(path, _reason(error)) from error
    photo.info = {"original_size": (width, height)}
    return photo


def _reason(error: Exception) -> Message:
    if isinstance(error, OSError) and error.strerror:
        return Message("text", {"text": error.strerror})
    text = str(error) or type(error).__name__
    return Message("cut_short" if "truncated" in text.lower() else "broken_image", {"text": text})


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode in SIXTEEN_BIT:
        return _scaled_grey(image).convert("RGB")
    if image.mode == "F":
        raise ValueError("grey in floating point, of which nobody says what is white; save it with 8 or 16 bits")
    if image.has_transparency_data or image.mode in ("La", "RGBa"):
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _scaled_grey(image: Image.Image) -> Image.Image:
    """0 .. 65535 to 0 .. 255, rounded; Pillow's own conversion would clip at 255."""
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 65535:
        raise ValueError("grey in 32 bits, of which nobody says what is white; save it with 8 or 16 bits")
    return Image.fromarray(((values + 128) // 257).astype(np.uint8))


def _drawn(path: Path) -> Image.Image:
    """An SVG drawing as RGBA pixels, its longer side `DRAWING_SIDE`."""
    import resvg_py

    png = resvg_py.svg_to_bytes(
        svg_path=str(path), width=DRAWING_SIDE, height=DRAWING_SIDE, dpi=96.0, skip_system_fonts=True
    )
    return Image.open(BytesIO(png))


@cache
def register_heif() -> None:
    """Teach Pillow to open HEIC and AVIF files."""
    import pillow_heif

    pillow_heif.register_heif_opener()
