"""The views of the three pages: each answers a request with a rendered page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from components.errors import HitoError
from experiments.serve.page import FIELDS, Page
from experiments.serve.service import Proposal
from experiments.serve.uploads import MAX_CHARACTERS, RefusedError, parse_coordinates, read_form, read_text, save_photo

MAX_LISTED = 200
"""Number of points that the list of the map page shows."""


async def review(page: Page, request: Request) -> Response:
    """Show the form, or the review of the proposal that was sent with it."""
    if request.method != "POST":
        return page.render(row=None)
    sent = dict.fromkeys(FIELDS, "")
    try:
        form = await read_form(request)
        sent = {field: str(form.get(field) or "") for field in FIELDS}
        async with _temporary_folder(form) as folder:
            texts = {field: read_text(form, field) for field in FIELDS}
            latitude, longitude = parse_coordinates(texts.pop("coordinates"))
            await save_photo(form, "photo", folder, required=True)
            second = await save_photo(form, "second", folder, required=False)
            proposal = Proposal(folder, second, **texts, latitude=latitude, longitude=longitude)
            row = await run_in_threadpool(page.service.review, proposal)
    except RefusedError as error:
        return page.refuse(error, sent=sent, row=None)
    except HitoError as error:
        return page.refuse(RefusedError("title", "bad_text", reason=error), sent=sent, row=None)
    return page.render(row=row, sent=sent)


async def search(page: Page, request: Request) -> Response:
    """Show the forms, and the points found for a text (`?q=`) or for a photo that was sent."""
    query, found = request.query_params.get("q"), None
    try:
        if request.method == "POST":
            form = await read_form(request)
            async with _temporary_folder(form) as folder:
                await save_photo(form, "photo", folder, required=True)
                found = await run_in_threadpool(page.service.search_photo, folder)
        elif query is not None:
            if not query.strip():
                raise RefusedError("q", "no_text")
            found = await run_in_threadpool(page.service.search_text, query[:MAX_CHARACTERS])
    except RefusedError as error:
        return page.refuse(error, query=query or "", found=None)
    except HitoError as error:
        return page.refuse(RefusedError("q", "bad_text", reason=error), query=query or "", found=None)
    return page.render(query=query or "", found=found)


async def photo_map(page: Page, request: Request) -> Response:  # noqa: ARG001
    """Show the map, or a list of the points if there is none."""
    existing = page.service.existing
    names = [title or path for title, path in zip(existing.title, existing.path, strict=True)]
    listed = list(zip(names, existing.label, strict=True))[:MAX_LISTED]
    has_map = page.service.photo_map is not None
    return page.render(listed=listed, more=len(names) - len(listed), has_map=has_map)


@asynccontextmanager
async def _temporary_folder(form: FormData) -> AsyncIterator[Path]:
    """Yield a folder for the photos of a request; remove it, and the form's own temporary files, afterwards."""
    try:
        with TemporaryDirectory(prefix="hito-") as folder:
            yield Path(folder)
    finally:
        await form.close()
