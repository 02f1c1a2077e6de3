"""Reading of photo files, only here: limits on their size, and the reason why a file is unreadable.

Besides decoding, the EXIF orientation is applied; transparency is composited over white; 16-bit grey is scaled to 8
bits; CMYK, grey and palettes are converted to RGB. Of an animation the first frame is used. A drawing (SVG) is rendered
with its longer side at 512 pixels, on white. Colour profiles are not applied, as in the thesis's loader.

Only formats of photos are opened, by their content, whatever their name: a PostScript file named .jpg is no photo. The
size in bytes and in pixels is checked before anything is decoded.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from components.data.decoding_memory import bytes_to_decode, decoding_memory
from components.data.pillow_settings import photo_formats, quiet_pillow
from components.data.rgb import reduction, to_rgb, upright
from components.errors import DataError
from components.messages import Message

DECODER_VERSION = 3
"""Part of cache keys; increase it when the same file would give other pixels."""

JPEG_EXTENSIONS = (".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".jfi", ".mpo")
HEIF_EXTENSIONS = (".heic", ".heif", ".heics", ".heifs", ".hif", ".avif", ".avifs")
OTHER_EXTENSIONS = (".png", ".apng", ".webp", ".bmp", ".dib", ".gif", ".tif", ".tiff")
IMAGE_EXTENSIONS = (*JPEG_EXTENSIONS, *OTHER_EXTENSIONS, *HEIF_EXTENSIONS)
MIN_SIDE = 8
MAX_PIXELS = 250_000_000
MAX_BYTES = 1_000_000_000
DRAWING_SIDE = 512
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


@contextmanager
def opened(path: Path, *, min_side: int = 1, max_pixels: int = MAX_PIXELS) -> Iterator[Image.Image]:
    """Open a photo without decoding it, after checking its size; what goes wrong inside the context is a reason too.

    Args:
        path: The file.
        min_side: Photos whose shorter side has fewer pixels are an error.
        max_pixels: Photos with more pixels are an error.

    Yields:
        The image; `load` decodes it.

    Raises:
        UnreadableError: The file cannot be opened, is no photo, or is too large; or a decoder failed in the context.
    """
    head = b""
    try:
        with path.open("rb") as stream, quiet_pillow:
            head = stream.read(32)
            size = os.fstat(stream.fileno()).st_size
            if not head:
                raise UnreadableError(path, Message("empty_file"))
            if size > MAX_BYTES:
                raise UnreadableError(path, Message("too_many_bytes", {"size": size, "most": MAX_BYTES}))
            stream.seek(0)
            is_drawing = path.suffix.lower() == ".svg"
            with _rendered_svg(path) if is_drawing else Image.open(stream, formats=photo_formats(head)) as image:
                width, height = image.size
                pixels = {"width": width, "height": height}
                if min(width, height) < min_side:
                    raise UnreadableError(path, Message("side_too_short", {**pixels, "least": min_side}))
                if width * height > max_pixels:
                    raise UnreadableError(path, Message("too_many_pixels", {**pixels, "most": max_pixels}))
                yield image
    except UnreadableError:
        raise
    except UnidentifiedImageError as error:
        raise UnreadableError(path, Message("no_image", {"head": repr(head[:8])})) from error
    except Exception as error:  # decoders raise exceptions of any type for broken files
        raise UnreadableError(path, _reason(error)) from error


def decode(
    path: Path, *, at_least: int | None = None, min_side: int = MIN_SIDE, max_pixels: int = MAX_PIXELS
) -> Image.Image:
    """Decode a photo as an upright RGB image.

    All threads of a process share `decoding_memory.BUDGET`. At 100 megapixels a photo takes up to 0.4 GB with
    `at_least`, and up to 0.8 GB without.

    Args:
        path: The file.
        at_least: A photo of fewer pixels is enough, as long as no side becomes shorter than this many: the JPEG decoder
            downscales by 2, 4 or 8, which is much faster, and other photos of more than 40 megapixels are averaged in
            blocks; None: full size.
        min_side: Photos whose shorter side has fewer pixels are an error.
        max_pixels: Photos with more pixels are an error, which is raised before they are decoded. The default accepts
            the 200-megapixel photos of current phones.

    Returns:
        An RGB image; `np.asarray` of it is uint8 (height, width, 3). Its `info["original_size"]` is the (width, height)
        of the upright photo in the file.

    Raises:
        UnreadableError: The file cannot be decoded; `reason` says why.
    """
    with opened(path, min_side=min_side, max_pixels=max_pixels) as image:
        width, height = full_size = image.size
        if at_least:
            image.draft(None, (at_least, at_least))
        factor = reduction(*image.size, at_least)
        with decoding_memory.reserve(bytes_to_decode(image, full_size, factor)):
            image.load()
            orientation = image.getexif().get(ORIENTATION, 1)  # of a TIFF file: Pillow has applied and removed it
            photo = upright(to_rgb(image, factor), orientation)
    photo.info = {"original_size": (height, width) if orientation in SIDEWAYS else (width, height)}
    return photo


def _reason(error: Exception) -> Message:
    if isinstance(error, OSError) and error.strerror:
        return Message("text", {"text": error.strerror})
    text = str(error) or type(error).__name__
    return Message("cut_short" if "truncated" in text.lower() else "broken_image", {"text": text})


def _rendered_svg(path: Path) -> Image.Image:
    """Render a drawing as RGBA pixels, with its longer side at `DRAWING_SIDE`."""
    import resvg_py

    png = resvg_py.svg_to_bytes(
        svg_path=str(path), width=DRAWING_SIDE, height=DRAWING_SIDE, dpi=96.0, skip_system_fonts=True
    )
    return Image.open(BytesIO(png), formats=("PNG",))
