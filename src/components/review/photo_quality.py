"""Check of the technical quality of a photo: sharpness, brightness, size."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from components.data import decode
from components.errors import ConfigError
from components.messages import Message

SIDE = 512
"""Longer side, in pixels, at which blur is measured, so that it is independent of the camera's resolution."""

WINDOW = 9
"""Length, in pixels, of the mean filter of the blur measure (Crete et al. 2007)."""


@dataclass(frozen=True)
class PhotoQuality:
    """Measured quality of a photo.

    Attributes:
        blur: Blur from 0 (sharp) to 1 (blurred), see the function `blur`.
        brightness: Mean luminance, 0 (black) to 1 (white).
        width: Width in pixels, after EXIF rotation.
        height: Height in pixels, after EXIF rotation.
        problems: One message per value that is out of bounds; empty for a good photo.
    """

    blur: float
    brightness: float
    width: int
    height: int
    problems: tuple[Message, ...]


@dataclass(frozen=True)
class QualityCheck:
    """Bounds on blur, brightness and size.

    Attributes:
        most_blur: Largest blur of a sharp photo, 0 to 1. Of 200 rendered `waypoints` 5 % exceed .45; all of them do
            after a Gaussian blur of 2 pixels at a longer side of 512.
        darkest: Smallest mean luminance of a photo that is not dark, 0 to 1.
        brightest: Largest mean luminance of a photo that is not overexposed, 0 to 1.
        least_side: Smallest shorter side, in pixels, of a photo that is not small.

    Raises:
        ConfigError: `most_blur`, `darkest` or `brightest` is not between 0 and 1.
    """

    most_blur: float = 0.45
    darkest: float = 0.12
    brightest: float = 0.9
    least_side: int = 240

    def __post_init__(self) -> None:
        for name in ("most_blur", "darkest", "brightest"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"quality.{name}={getattr(self, name)}: expected a number between 0 and 1")

    def check(self, path: Path) -> PhotoQuality:
        """Measure the quality of a photo.

        Raises:
            UnreadableError: The file is not a readable photo.
        """
        photo = decode(path, at_least=SIDE)
        width, height = photo.info["original_size"]
        grey = np.asarray(cv2.cvtColor(np.asarray(photo), cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        blurriness, brightness = blur(grey), float(grey.mean()) / 255
        problems = []
        if blurriness > self.most_blur:
            problems.append(Message("blurred", {"blur": blurriness, "most": self.most_blur}))
        if brightness < self.darkest:
            problems.append(Message("dark", {"brightness": brightness, "least": self.darkest}))
        if brightness > self.brightest:
            problems.append(Message("overexposed", {"brightness": brightness, "most": self.brightest}))
        if min(width, height) < self.least_side:
            problems.append(Message("small", {"width": width, "height": height, "least": self.least_side}))
        return PhotoQuality(blurriness, brightness, int(width), int(height), tuple(problems))


def blur(grey: NDArray[np.uint8]) -> float:
    """Measure the blur of a photo, from 0 (sharp) to 1 (blurred).

    A mean filter greatly reduces the differences between neighbouring pixels of a sharp photo, but hardly those of a
    blurred one. The larger value of the horizontal and the vertical direction is returned (Crete, Dolmiere, Ladret and
    Nicolas 2007, "The blur effect"). A photo of a single colour has blur 1.

    Args:
        grey: (height, width) luminance. It is scaled down to a longer side of `SIDE` pixels first, but never up.
    """
    scale = min(1.0, SIDE / max(grey.shape))
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    scaled = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    worst = 0.0
    for axis, window in ((0, (1, WINDOW)), (1, (WINDOW, 1))):
        before = np.abs(np.diff(scaled, axis=axis))
        after = np.abs(np.diff(cv2.blur(scaled, window), axis=axis))
        total = float(before.sum())
        worst = max(worst, 1 - float(np.maximum(0, before - after).sum()) / total if total else 1.0)
    return worst
