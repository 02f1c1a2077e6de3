"""Images as `data:` URIs, which embed them in a page so that it needs no other file."""

import base64
import io
from typing import Any

from PIL import Image


def data_uri(image: Image.Image, format: str = "WEBP", **options: Any) -> str:  # noqa: A002 (Pillow's name)
    """Return an image encoded as a `data:` URI.

    Args:
        image: The image.
        format: WEBP, JPEG or PNG.
        **options: Of the encoder, as in `PIL.Image.Image.save`.
    """
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return f"data:image/{format.lower()};base64,{base64.b64encode(stream.getvalue()).decode('ascii')}"
