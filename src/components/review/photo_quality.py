"""Sharpness, light and size of a photo, and what is wrong with them in words."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from components.data import decode
from components.errors import ConfigError
from components.messages import Message

SIDE = 512
"""Pixels of the longer side at which sharpness is measured: what a reviewer sees, whatever the camera's resolution."""

WINDOW = 9
"""Pixels of the mean filter that a photo is blurred with once more (Crete et al. 2007)."""


@dataclass(frozen=True)
class PhotoQuality:
    """What was measured on a photo.

    Attributes:
        blur: 0 (sharp) to 1 (blurred), see `blur`.
        brightness: Mean luminance, 0 (black) to 1 (white).
        width: Pixels, upright.
        height: Pixels, upright.
        problems: What is out of bounds, one thing said each; none for a good photo.
    """

    blur: float
    brightness: float
    width: int
    height: int
    problems: tuple[Message, ...]


@dataclass(frozen=True)
class QualityCheck:
    """Bounds of what can be judged.

    Attributes:
        most_blur: Photos above it are called blurred. Of 200 rendered `waypoints` 5 % are above .45, and all of them
            after a Gaussian blur of 2 pixels at a longer side of 512.
        darkest: Photos of a lower mean luminance are called dark.
        brightest: Photos of a higher one are called overexposed.
        least_side: Pixels; photos with a shorter side below are called small.
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
        """Measure a photo.

        Raises:
            UnreadableError: The file gives no photo.
        """
        photo = decode(path, at_least=SIDE)
        width, height = photo.info["original_size"]
        grey = np.asarray(cv2.cvtColor(np.asarray(photo), cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        blurred, brightness = blur(grey), float(grey.mean()) / 255
        problems = []
        if blurred > self.most_blur:
            problems.append(Message("blurred", {"blur": blurred, "most": self.most_blur}))
        if brightness < self.darkest:
            problems.append(Message("dark", {"brightness": brightness, "least": self.darkest}))
        if brightness > self.brightest:
            problems.append(Message("overexposed", {"brightness": brightness, "most": self.brightest}))
        if min(width, height) < self.least_side:
            problems.append(Message("small", {"width": width, "height": height, "least": self.least_side}))
        return PhotoQuality(blurred, brightness, int(width), int(height), tuple(problems))


def blur(grey: NDArray[np.uint8]) -> float:
    """How little a photo changes when it is blurred: 0 for sharp, towards 1 for blurred ones.

    Neighbouring pixels of a sharp photo differ much less after a mean filter; of a blurred one, hardly less. The worse
    of the two directions counts (Crete, Dolmiere, Ladret and Nicolas 2007, "The blur effect"). A photo of one colour
    shows no edge at all and counts as blurred.

    Args:
        grey: (height, width) luminance; it is scaled to a longer side of `SIDE` first, never up.
    """
    scale = min(1.0, SIDE / max(grey.shape))
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    sharp = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    worst = 0.0
    for axis, window in ((0, (1, WINDOW)), (1, (WINDOW, 1))):
        before = np.abs(np.diff(sharp, axis=axis))
        after = np.abs(np.diff(cv2.blur(sharp, window), axis=axis))
        total = float(before.sum())
        worst = max(worst, 1 - float(np.maximum(0, before - after).sum()) / total if total else 1.0)
    return worst
