"""Reads the forms that people send: checks their texts, and saves their photos to a temporary folder."""

from __future__ import annotations

import math
import re
from pathlib import Path

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from components.data import UnreadableError, decode

MAX_BYTES = 20_000_000
"""Largest size of a form in bytes: two photos of a phone."""

MAX_DISCARDED = 10 * MAX_BYTES
"""Size in bytes up to which a form that is too large is read and discarded, so that the browser shows the answer."""

MAX_PIXELS = 60_000_000
MIN_SIDE = 64
MAX_CHARACTERS = 2000
NUMBER = r"[-+]?\d{1,3}(?:\.\d+)?"
COORDINATES = re.compile(rf"\s*({NUMBER})\s*[,; ]\s*({NUMBER})\s*")


class RefusedError(Exception):
    """A form that cannot be answered.

    Attributes:
        field: Name of the field at fault.
        sentence: Key of the explanation in `translations`.
        status: HTTP status.
        values: What the explanation is filled with; a `Message` is translated into the language of the page.
    """

    def __init__(self, field: str, sentence: str, status: int = 400, **values: object) -> None:
        """Create the error; see the attributes."""
        super().__init__(sentence)
        self.field, self.sentence, self.status, self.values = field, sentence, status, values


async def read_form(request: Request) -> FormData:
    """Return the form of a request; raises RefusedError if it is too large or malformed."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise RefusedError("photo", "no_length", 411)
    if int(length) > MAX_BYTES:
        if int(length) <= MAX_DISCARDED:
            async for _ in request.stream():
                pass
        raise RefusedError("photo", "too_large", 413, most=MAX_BYTES // 1_000_000)
    try:
        return await request.form(max_files=2, max_fields=10, max_part_size=64_000)
    except HTTPException as error:
        raise RefusedError("photo", "no_form") from error


async def save_photo(form: FormData, field: str, folder: Path, *, required: bool) -> bool:
    """Save the photo of a field as `folder`/`field`, whatever its own file name is.

    Args:
        form: That was sent.
        field: Of the photo.
        folder: To save it in.
        required: Refuse a form without the photo.

    Returns:
        Whether there is a photo.

    Raises:
        RefusedError: The photo is missing, there are several, or it cannot be decoded.
    """
    files = [value for value in form.getlist(field) if isinstance(value, UploadFile) and (value.filename or value.size)]
    if not files:
        if required:
            raise RefusedError(field, "no_photo")
        return False
    if len(files) > 1:
        raise RefusedError(field, "one_photo")
    path = folder / field
    path.write_bytes(await files[0].read())
    try:
        decode(path, at_least=MIN_SIDE, max_pixels=MAX_PIXELS)
    except UnreadableError as error:
        raise RefusedError(field, "bad_photo", reason=error.message) from error
    return True


def read_text(form: FormData, field: str) -> str:
    """Return the text of a field without control characters; raises RefusedError if it is too long."""
    value = form.get(field)
    text = value if isinstance(value, str) else ""
    if len(text) > MAX_CHARACTERS:
        raise RefusedError(field, "too_long", most=MAX_CHARACTERS)
    return "".join(character for character in text if character.isprintable() or character == "\n").strip()


def parse_coordinates(text: str) -> tuple[float, float]:
    """Return latitude and longitude in degrees, from text as maps write it: "42.88, -8.54".

    Returns:
        Two NaN for an empty text.

    Raises:
        RefusedError: The text is not two numbers, or they are out of range.
    """
    if not text:
        return math.nan, math.nan
    found = COORDINATES.fullmatch(text)
    if not found:
        raise RefusedError("coordinates", "bad_coordinates")
    latitude, longitude = float(found[1]), float(found[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise RefusedError("coordinates", "out_of_range")
    return latitude, longitude
