"""EXIF metadata of photos."""

from pathlib import Path
from typing import IO

from PIL import Image

from components.data.reading import opened

GPS_IFD = 0x8825
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def read_exif(path: Path) -> Image.Exif:
    """Return the EXIF block of a photo, empty if it has none; the pixels are not decoded.

    Raises:
        UnreadableError: The file does not exist, is not an image, or is too large.
    """
    with opened(path) as image:
        if image.format == "PNG" and "exif" not in image.info:
            image.info["exif"] = _exif_after_pixels(path) or None  # Pillow would decode the photo to find it
        exif = image.getexif()
        exif.get_ifd(GPS_IFD)  # Pillow reads it lazily, and the file must still be open
        return exif


def _exif_after_pixels(path: Path) -> bytes:
    """Return the EXIF block of a PNG file wherever it is, empty if there is none; all other chunks are skipped."""
    with path.open("rb") as stream:
        stream.seek(len(PNG_SIGNATURE))
        while True:
            length, kind = _chunk(stream)
            if kind in (b"", b"IEND"):
                return b""
            if kind == b"eXIf":
                return b"Exif\0\0" + stream.read(length)
            stream.seek(length + 4, 1)  # the content and its checksum


def _chunk(stream: IO[bytes]) -> tuple[int, bytes]:
    head = stream.read(8)
    return int.from_bytes(head[:4], "big"), head[4:8]
