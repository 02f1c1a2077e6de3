"""EXIF metadata of photos."""

from pathlib import Path

from PIL import Image, UnidentifiedImageError

from components.data.pillow_settings import quiet_pillow, register_heif_if_needed
from components.data.reading import UnreadableError
from components.messages import Message

GPS_IFD = 0x8825


def read_exif(path: Path) -> Image.Exif:
    """Return the EXIF block of a photo, empty if it has none; the pixels are not decoded.

    Raises:
        UnreadableError: The file does not exist or is not an image.
    """
    try:
        with path.open("rb") as stream, quiet_pillow:
            head = stream.read(32)
            register_heif_if_needed(head)
            stream.seek(0)
            with Image.open(stream) as image:
                exif = image.getexif()
                exif.get_ifd(GPS_IFD)  # Pillow reads it lazily, and the file must still be open
                return exif
    except UnidentifiedImageError as error:
        raise UnreadableError(path, Message("no_image", {"head": repr(head[:8])})) from error
    except Exception as error:  # decoders raise exceptions of any type for broken files
        raise UnreadableError(path, str(error) or type(error).__name__) from error
