"""Forms that people send: their photos into a folder that is removed, their words checked; refusals are polite."""

from __future__ import annotations

import math
import re
from pathlib import Path

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from components.data import UnreadableError, decode

MOST_BYTES = 20_000_000
"""Bytes of a form: two photos of a phone."""

MOST_DRAINED = 10 * MOST_BYTES
"""Bytes that are read and thrown away of a form too large, so that the browser shows the answer."""

MOST_PIXELS = 60_000_000
MOST_LETTERS = 2000
NUMBER = r"[-+]?\d{1,3}(?:\.\d+)?"
PAIR = re.compile(rf"\s*({NUMBER})\s*[,; ]\s*({NUMBER})\s*")


class RefusedError(Exception):
    """A form that cannot be answered: which `field`, which sentence of the table of words, and its values.

    A `Message` among them is put into the language of the page.
    """

    def __init__(self, field: str, said: str, status: int = 400, **values: object) -> None:
        """Name the field and the sentence."""
        super().__init__(said)
        self.field, self.said, self.status, self.values = field, said, status, values


async def form_of(request: Request) -> FormData:
    """The form of a request, or RefusedError when it is too large or no form."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise RefusedError("photo", "no_length", 411)
    if int(length) > MOST_BYTES:
        if int(length) <= MOST_DRAINED:
            async for _ in request.stream():
                pass
        raise RefusedError("photo", "too_large", 413, most=MOST_BYTES // 1_000_000)
    try:
        return await request.form(max_files=2, max_fields=10, max_part_size=64_000)
    except HTTPException as error:
        raise RefusedError("photo", "no_form") from error


async def save(form: FormData, field: str, folder: Path, *, needed: bool) -> bool:
    """Write the photo of a field to `folder`/`field`; whether there is one. Its own name is not used."""
    sent = [one for one in form.getlist(field) if isinstance(one, UploadFile) and (one.filename or one.size)]
    if not sent:
        if needed:
            raise RefusedError(field, "no_photo")
        return False
    if len(sent) > 1:
        raise RefusedError(field, "one_photo")
    file = folder / field
    file.write_bytes(await sent[0].read())
    try:
        decode(file, at_least=64, max_pixels=MOST_PIXELS)
    except UnreadableError as error:
        raise RefusedError(field, "bad_photo", reason=error.said) from error
    return True


def words(form: FormData, field: str) -> str:
    """The text of a field, without what no text holds."""
    value = form.get(field)
    text = value if isinstance(value, str) else ""
    if len(text) > MOST_LETTERS:
        raise RefusedError(field, "too_long", most=MOST_LETTERS)
    return "".join(one for one in text if one.isprintable() or one == "\n").strip()


def coordinates(text: str) -> tuple[float, float]:
    """Latitude and longitude as maps write them, "42.88, -8.54"; NaN for none."""
    if not text:
        return math.nan, math.nan
    found = PAIR.fullmatch(text)
    if not found:
        raise RefusedError("coordinates", "bad_coordinates")
    latitude, longitude = float(found[1]), float(found[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise RefusedError("coordinates", "no_globe")
    return latitude, longitude
