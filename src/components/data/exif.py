"""What a camera wrote into a photo beside the picture."""

from pathlib import Path

from PIL import Image, UnidentifiedImageError

from components.data.reading import HEIF_BRANDS, UnreadableError, quiet_pillow, register_heif
from components.messages import Message


def read_exif(path: Path) -> Image.Exif:
    """The EXIF block of a photo, empty where it has none; the picture itself is not decoded.

    Raises:
        UnreadableError: The file is missing or no image.
    """
    try:
        with path.open("rb") as stream, quiet_pillow:
            head = stream.read(32)
            if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
                register_heif()
            stream.seek(0)
            with Image.open(stream) as image:
                exif = image.getexif()
                exif.get_ifd(0x8825)  # read while the file is open
                return exif
    except UnidentifiedImageError as error:
        raise UnreadableError(path, Message("no_image", {"head": repr(head[:8])})) from error
    except Exception as error:  # decoders meet broken files with any exception there is
        raise UnreadableError(path, str(error) or type(error).__name__) from error
