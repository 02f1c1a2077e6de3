"""Thumbnails of photos for the figures and pages of the tasks."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from components.data import decode

SIDE = 300
"""Side of a photo in a grid, in pixels."""


def thumbnail(file: Path, side: int = SIDE) -> NDArray[np.uint8]:
    """Return the whole photo, centred on a white square, as (side, side, 3) uint8."""
    photo = decode(file, at_least=side)
    square = ImageOps.pad(photo, (side, side), method=Image.Resampling.LANCZOS, color=(255, 255, 255))
    return np.asarray(square, dtype=np.uint8)
