"""Where a photo was taken, as its camera wrote it down."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import ExifTags

from components.data import UnreadableError, read_exif
from components.messages import Message

GPS = ExifTags.GPS
LARGEST_ERROR = 10_000.0
"""Metres; a camera that claims to be off by more says nothing of a place."""


@dataclass(frozen=True)
class ExifPosition:
    """A position of a camera, or the reason why a photo has none.

    Attributes:
        latitude: Degrees north, WGS 84; NaN without a position.
        longitude: Degrees east; NaN without a position.
        error_metres: Horizontal positioning error that the camera gave; NaN where it gave none.
        reason: Why there is no position: "no EXIF position", or what is impossible in it; None with a position.
    """

    latitude: float = math.nan
    longitude: float = math.nan
    error_metres: float = math.nan
    reason: Message | None = None

    @property
    def known(self) -> bool:
        """Whether there is a position."""
        return self.reason is None


def exif_position(path: Path) -> ExifPosition:
    """The EXIF position of a photo; what is missing, cut short or impossible is said in its `reason`.

    A position at exactly 0° N 0° E counts as impossible: cameras without a fix write it. So does one without
    hemispheres, which could lie in four places.
    """
    try:
        block: dict[int, Any] = dict(read_exif(path).get_ifd(ExifTags.IFD.GPSInfo))
    except UnreadableError as error:
        return ExifPosition(reason=Message("unreadable", {"why": error.message}))
    if GPS.GPSLatitude not in block and GPS.GPSLongitude not in block:
        return ExifPosition(reason=Message("no_exif_position"))
    try:
        latitude = _degrees(block, GPS.GPSLatitude, GPS.GPSLatitudeRef, "NS", 90)
        longitude = _degrees(block, GPS.GPSLongitude, GPS.GPSLongitudeRef, "EW", 180)
    except _ImpossibleError as error:
        return ExifPosition(reason=Message("impossible_position", {"why": error.said}))
    if latitude == longitude == 0:
        return ExifPosition(reason=Message("impossible_position", {"why": Message("null_island")}))
    error_metres = _number(block.get(GPS.GPSHPositioningError))
    return ExifPosition(latitude, longitude, error_metres if 0 < error_metres < LARGEST_ERROR else math.nan)


class _ImpossibleError(Exception):
    """A block that says no place."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.said = Message(key, values)


def _degrees(block: dict[int, Any], value: int, reference: int, letters: str, largest: int) -> float:
    """Degrees with their sign; raises _ImpossibleError with what is wrong."""
    part = Message("latitude" if letters == "NS" else "longitude")
    if value not in block:
        raise _ImpossibleError("part_missing", part=part)
    letter = block.get(reference, "")
    letter = letter.decode("ascii", "replace") if isinstance(letter, bytes) else str(letter)
    letter = letter.strip("\0 ").upper()
    if letter not in set(letters):
        key = "no_such_hemisphere" if letter else "no_hemisphere"
        raise _ImpossibleError(key, part=part, first=letters[0], second=letters[1], found=letter)
    raw = block[value]
    parts = [_number(one) for one in (raw if isinstance(raw, tuple | list) else [raw])]
    if not 1 <= len(parts) <= 3 or any(math.isnan(one) or one < 0 for one in parts):
        raise _ImpossibleError("part_of_no_degrees", part=part, found=str(raw))
    if any(one >= 60.0001 for one in parts[1:]):  # 60 itself comes of rounding
        raise _ImpossibleError("part_of_no_minutes", part=part, found=" ".join(f"{one:g}" for one in parts))
    degrees = math.fsum(one / 60**power for power, one in enumerate(parts))
    if degrees > largest:
        raise _ImpossibleError("part_off_the_globe", part=part, found=degrees)
    return -degrees if letter in "SW" else degrees


def _number(value: Any) -> float:
    """A rational as a float; NaN for 0/0, for what is no number and for nothing."""
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return math.nan
    return number if math.isfinite(number) else math.nan
