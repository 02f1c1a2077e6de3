"""What the pages consist of besides HTML: style sheet, script, map; and the redirect to the first page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from experiments.serve.security import HEADERS, HEADERS_WITHOUT_POLICY
from experiments.serve.translations import preferred_language

HERE = Path(__file__).parent

STYLE_SHEETS = (HERE.parent / "tasks" / "review" / "review.css", HERE / "serve.css")
"""The second one adds to that of the pages of task=review."""


async def start(request: Request) -> Response:
    """Redirect to the review page in the language that the browser prefers."""
    language = preferred_language(request.headers.get("accept-language", ""))
    return RedirectResponse(f"/{language}/review", headers=HEADERS)


async def style(request: Request) -> Response:  # noqa: ARG001
    """Return the style sheet."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in STYLE_SHEETS)
    return Response(text, headers=HEADERS, media_type="text/css")


async def script(request: Request) -> Response:  # noqa: ARG001
    """Return the script that lets a photo be dropped on its field."""
    return Response((HERE / "drop.js").read_text(encoding="utf-8"), headers=HEADERS, media_type="text/javascript")


def whole_map(file: Path | None) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of the photo map: the file, or 404 if there is none."""

    async def endpoint(request: Request) -> Response:  # noqa: ARG001
        if file is None:
            return HTMLResponse("", 404, HEADERS)
        return FileResponse(file, headers=HEADERS_WITHOUT_POLICY, media_type="text/html")

    return endpoint
