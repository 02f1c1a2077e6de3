"""Photos as they are sent to an embedding service."""

from io import BytesIO
from pathlib import Path

from components.data import decode, resized
from components.errors import DataError

MAX_BYTES = 20_000_000
"""Largest photo, in bytes, that Vertex AI accepts."""
QUALITY = 95


def jpeg(path: Path, size: int) -> bytes:
    """Encode a photo as JPEG, resized to `size` x `size` pixels, ignoring its aspect ratio.

    Raises:
        DataError: The photo cannot be read, or the result exceeds the 20 MB that Vertex AI accepts.
    """
    stream = BytesIO()
    resized(decode(path, at_least=2 * size), size, "squash").save(stream, "JPEG", quality=QUALITY)
    raw = stream.getvalue()
    if len(raw) > MAX_BYTES:
        raise DataError(
            f"{path}: {len(raw):,} bytes at {size} x {size} pixels, but Vertex AI accepts at most {MAX_BYTES:,}: "
            "lower embedder.size"
        )
    return raw
