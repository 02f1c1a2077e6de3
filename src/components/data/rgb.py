"""Conversion of decoded images to upright RGB, strip by strip, so that little more memory is used than by the image."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

SIXTEEN_BIT = ("I;16", "I;16L", "I;16B", "I;16N", "I")
STRIP_PIXELS = 1 << 21
"""Pixels that are converted at once."""

LARGE = 40_000_000
"""Photos with more pixels are reduced while they are converted, if a smaller one is enough."""

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientations (tag 0x0112), mapped to what makes the photo upright."""


def upright(photo: Image.Image, orientation: int) -> Image.Image:
    """Return the photo as its EXIF orientation says it is to be shown."""
    return photo.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else photo


def reduction(width: int, height: int, at_least: int | None) -> int:
    """Return the factor by which a large photo is reduced, such that no side becomes shorter than `at_least`."""
    if not at_least or width * height <= LARGE:
        return 1
    return max(1, min(width, height) // at_least)


def to_rgb(image: Image.Image, factor: int = 1) -> Image.Image:
    """Convert an image to RGB: transparency over white, 16-bit grey scaled to 8 bits, palettes and CMYK converted.

    Args:
        image: The decoded image.
        factor: Average blocks of so many pixels squared into one.

    Raises:
        ValueError: Grey in 32 bits or in floating point, whose value of white is not defined.
    """
    if image.mode == "F":
        raise ValueError("grey in floating point, whose value of white is not defined; save it with 8 or 16 bits")
    if image.mode == "RGB" and not image.has_transparency_data:
        return image if factor == 1 else image.reduce(factor)
    width, height = image.size
    found = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    for top, strip in _strips(image, factor):
        converted = _converted(strip)
        found.paste(converted.reduce(factor) if factor > 1 else converted, (0, top // factor))
    return found


def _strips(image: Image.Image, factor: int) -> Iterator[tuple[int, Image.Image]]:
    """Yield the strips of an image from the top, each with its position; their heights are multiples of `factor`."""
    width, height = image.size
    rows = max(1, STRIP_PIXELS // (width * factor)) * factor
    for top in range(0, height, rows):
        whole = rows >= height
        yield top, image if whole else image.crop((0, top, width, min(height, top + rows)))


def _converted(image: Image.Image) -> Image.Image:
    if image.mode in SIXTEEN_BIT:
        return _scaled_grey(image).convert("RGB")
    if image.has_transparency_data or image.mode in ("La", "RGBa"):
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")


def _scaled_grey(image: Image.Image) -> Image.Image:
    """Scale 0 .. 65535 to 0 .. 255, rounded; Pillow's own conversion would clip at 255."""
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 65535:
        raise ValueError("grey in 32 bits, whose value of white is not defined; save it with 8 or 16 bits")
    return Image.fromarray(((values + 128) // 257).astype(np.uint8))
