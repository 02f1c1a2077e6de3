"""Decoding of photo files to RGB, or the reason why a file cannot be decoded.

Besides decoding, the EXIF orientation is applied; transparency is composited over white; 16-bit grey is scaled to 8
bits; CMYK, grey and palettes are converted to RGB. Of an animation the first frame is used. A drawing (SVG) is rendered
with its longer side at 512 pixels, on white. Colour profiles are not applied, as in the thesis's loader.
"""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from components.data.pillow_settings import quiet_pillow, register_heif_if_needed
from components.errors import DataError
from components.messages import Message

DECODER_VERSION = 2
"""Part of cache keys; increase it when the same file would give other pixels."""

IMAGE_EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".bmp", ".gif", ".tif", ".tiff")
MIN_SIDE = 8
MAX_PIXELS = 250_000_000
DRAWING_SIDE = 512
SIXTEEN_BIT = ("I;16", "I;16L", "I;16B", "I;16N", "I")
ORIENTATION, SIDEWAYS = 0x0112, (5, 6, 7, 8)


class UnreadableError(DataError):
    """A file cannot be decoded as a photo.

    Attributes:
        path: The file.
        message: The reason, translatable, without the name of the file.
    """

    def __init__(self, path: Path, reason: str | Message) -> None:
        """Create the error from the file and the reason."""
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.message = reason if isinstance(reason, Message) else Message("text", {"text": reason})

    @property
    def reason(self) -> str:
        """The reason in English, without the name of the file."""
        return str(self.message)

    def __reduce__(self) -> tuple[type["UnreadableError"], tuple[Path, Message]]:
        return UnreadableError, (self.path, self.message)


def decode(
    path: Path, *, at_least: int | None = None, min_side: int = MIN_SIDE, max_pixels: int = MAX_PIXELS
) -> Image.Image:
    """Decode a photo as an upright RGB image.

    Args:
        path: The file.
        at_least: Let the JPEG decoder downscale by 2, 4 or 8, which is much faster, as long as no side becomes shorter
            than this many pixels; None: full size.
        min_side: Photos whose shorter side has fewer pixels are an error.
        max_pixels: Photos with more pixels are an error, which is raised before they are decoded. The default accepts
            the 200-megapixel photos of current phones.

    Returns:
        An RGB image; `np.asarray` of it is uint8 (height, width, 3). Its `info["original_size"]` is the (width, height)
        of the upright photo in the file.

    Raises:
        UnreadableError: The file cannot be decoded; `reason` says why.
    """
    try:
        with path.open("rb") as stream, quiet_pillow:
            head = stream.read(32)
            if not head:
                raise UnreadableError(path, Message("empty_file"))
            register_heif_if_needed(head)
            stream.seek(0)
            with _rendered_svg(path) if path.suffix.lower() == ".svg" else Image.open(stream) as image:
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
    except Exception as error:  # decoders raise exceptions of any type for broken files
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
        raise ValueError("grey in floating point, whose value of white is not defined; save it with 8 or 16 bits")
    if image.has_transparency_data or image.mode in ("La", "RGBa"):
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _scaled_grey(image: Image.Image) -> Image.Image:
    """Scale 0 .. 65535 to 0 .. 255, rounded; Pillow's own conversion would clip at 255."""
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 65535:
        raise ValueError("grey in 32 bits, whose value of white is not defined; save it with 8 or 16 bits")
    return Image.fromarray(((values + 128) // 257).astype(np.uint8))


def _rendered_svg(path: Path) -> Image.Image:
    """Render a drawing as RGBA pixels, with its longer side at `DRAWING_SIDE`."""
    import resvg_py

    png = resvg_py.svg_to_bytes(
        svg_path=str(path), width=DRAWING_SIDE, height=DRAWING_SIDE, dpi=96.0, skip_system_fonts=True
    )
    return Image.open(BytesIO(png))
