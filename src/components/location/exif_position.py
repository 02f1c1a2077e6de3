"""Positions of photos from their EXIF blocks."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import ExifTags

from components.data import UnreadableError, read_exif
from components.messages import Message

GPS = ExifTags.GPS
MAX_ERROR_METRES = 10_000.0
"""Positioning errors from here on are ignored as implausible."""


@dataclass(frozen=True)
class ExifPosition:
    """The EXIF position of a photo, or the reason why it has none.

    Attributes:
        latitude: Latitude in degrees (WGS 84); NaN without a position.
        longitude: Longitude in degrees; NaN without a position.
        error_metres: Horizontal positioning error in the EXIF block; NaN if there is none.
        reason: Why there is no position ("no EXIF position", or which part of it is invalid); None with a position.
    """

    latitude: float = math.nan
    longitude: float = math.nan
    error_metres: float = math.nan
    reason: Message | None = None

    @property
    def known(self) -> bool:
        """Whether the photo has a position."""
        return self.reason is None


def exif_position(path: Path) -> ExifPosition:
    """Read the EXIF position of a photo.

    A file that cannot be read and a missing or invalid position are no errors: they are reported in `reason`. A
    position without hemispheres is invalid because it is ambiguous, and so is exactly 0° N 0° E, which cameras write
    without a GPS fix.

    Args:
        path: The photo.
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
    except _InvalidPositionError as error:
        return ExifPosition(reason=Message("impossible_position", {"why": error.reason}))
    if latitude == longitude == 0:
        return ExifPosition(reason=Message("impossible_position", {"why": Message("null_island")}))
    error_metres = _number(block.get(GPS.GPSHPositioningError))
    return ExifPosition(latitude, longitude, error_metres if 0 < error_metres < MAX_ERROR_METRES else math.nan)


class _InvalidPositionError(Exception):
    """The position in an EXIF block is invalid."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.reason = Message(key, values)


def _degrees(block: dict[int, Any], value: int, reference: int, letters: str, largest: int) -> float:
    """Return a latitude or longitude in signed degrees.

    Args:
        block: The GPS tags of a photo.
        value: Tag of the degrees, minutes and seconds.
        reference: Tag of the hemisphere.
        letters: Letters of the positive and of the negative hemisphere.
        largest: Largest number of degrees.

    Raises:
        _InvalidPositionError: The value is missing or invalid.
    """
    part = Message("latitude" if letters == "NS" else "longitude")
    if value not in block:
        raise _InvalidPositionError("part_missing", part=part)
    letter = block.get(reference, "")
    letter = letter.decode("ascii", "replace") if isinstance(letter, bytes) else str(letter)
    letter = letter.strip("\0 ").upper()
    if letter not in set(letters):
        key = "no_such_hemisphere" if letter else "no_hemisphere"
        raise _InvalidPositionError(key, part=part, first=letters[0], second=letters[1], found=letter)
    raw = block[value]
    parts = [_number(angle) for angle in (raw if isinstance(raw, tuple | list) else [raw])]
    if not 1 <= len(parts) <= 3 or any(math.isnan(number) or number < 0 for number in parts):
        raise _InvalidPositionError("part_of_no_degrees", part=part, found=str(raw))
    if any(number >= 60.0001 for number in parts[1:]):  # 60 itself is a rounding error of the camera
        raise _InvalidPositionError("part_of_no_minutes", part=part, found=" ".join(f"{number:g}" for number in parts))
    degrees = math.fsum(number / 60**power for power, number in enumerate(parts))
    if degrees > largest:
        raise _InvalidPositionError("part_off_the_globe", part=part, found=degrees)
    return -degrees if letter in "SW" else degrees


def _number(value: Any) -> float:
    """Return an EXIF rational as a float; NaN if it is missing, not a number or not finite."""
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return math.nan
    return number if math.isfinite(number) else math.nan
