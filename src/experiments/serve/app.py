"""The web application: pages in two languages that work without JavaScript and ask nothing of the network."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from components.errors import HitoError
from components.messages import Message, sentence
from experiments.serve.service import Proposal, Service
from experiments.serve.translations import LANGUAGES, in_language, preferred
from experiments.serve.uploads import RefusedError, coordinates, form_of, save, words

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; img-src data:; style-src 'self'; script-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LISTED = 200
"""Points that the plain list shows."""

LOOPBACK = ("127.0.0.1", "localhost")
FIELDS = ("title", "description", "coordinates", "label")

Page = Callable[[Request, str], Awaitable[Response]]


def application(service: Service, hosts: Sequence[str] = LOOPBACK) -> Starlette:
    """The application.

    Args:
        service: Answers.
        hosts: Names that it may be asked by: another name means that a foreign page points its own name here.
    """
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"percent": lambda share: f"{share:.0%}", "sentence": sentence}

    def page(name: str, language: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        template = environment.get_template(f"{name}.html.jinja")
        given = {"error": None, "sent": dict.fromkeys(FIELDS, ""), "classes": service.classes, **values}
        said = in_language(language)
        text = template.render(said=said, language=language, page=name, languages=LANGUAGES, **given)
        return HTMLResponse(text, status, HEADERS)

    def refused(name: str, language: str, error: RefusedError, **values: Any) -> HTMLResponse:
        filled = {
            key: one.in_language(language) if isinstance(one, Message) else one for key, one in error.values.items()
        }
        said = in_language(language)[error.said].format(**filled)
        return page(name, language, status=error.status, error={"field": error.field, "said": said}, **values)

    async def review(request: Request, language: str) -> Response:
        if request.method != "POST":
            return page("review", language, row=None)
        sent = dict.fromkeys(FIELDS, "")
        try:
            form = await form_of(request)
            sent = {one: str(form.get(one) or "") for one in FIELDS}
            async with _Folder(form) as folder:
                texts = {one: words(form, one) for one in FIELDS}
                latitude, longitude = coordinates(texts.pop("coordinates"))
                await save(form, "photo", folder, needed=True)
                second = await save(form, "second", folder, needed=False)
                proposal = Proposal(folder, second, **texts, latitude=latitude, longitude=longitude)
                row = await run_in_threadpool(service.review, proposal)
        except RefusedError as error:
            return refused("review", language, error, sent=sent, row=None)
        except HitoError as error:
            return refused("review", language, RefusedError("title", "bad_text", reason=error), sent=sent, row=None)
        return page("review", language, row=row, sent=sent)

    async def search(request: Request, language: str) -> Response:
        query, found = request.query_params.get("q"), None
        try:
            if request.method == "POST":
                form = await form_of(request)
                async with _Folder(form) as folder:
                    await save(form, "photo", folder, needed=True)
                    found = await run_in_threadpool(service.search_photo, folder)
            elif query is not None:
                if not query.strip():
                    raise RefusedError("q", "no_text")
                found = await run_in_threadpool(service.search_text, query[:2000])
        except RefusedError as error:
            return refused("search", language, error, query=query or "", found=None)
        except HitoError as error:
            wrong = RefusedError("q", "bad_text", reason=error)
            return refused("search", language, wrong, query=query or "", found=None)
        return page("search", language, query=query or "", found=found)

    async def photos(request: Request, language: str) -> Response:  # noqa: ARG001 - as every page
        existing = service.existing
        names = [title or path for title, path in zip(existing.title, existing.path, strict=True)]
        listed = list(zip(names, existing.label, strict=True))[:LISTED]
        return page("map", language, listed=listed, more=len(names) - len(listed), there=service.photo_map is not None)

    async def whole_map(request: Request) -> Response:  # noqa: ARG001
        if service.photo_map is None:
            return HTMLResponse("", 404, HEADERS)
        own = {key: value for key, value in HEADERS.items() if key != "Content-Security-Policy"}
        return FileResponse(service.photo_map, headers=own, media_type="text/html")  # the file has a policy in it

    async def first(request: Request) -> Response:
        return RedirectResponse(f"/{preferred(request.headers.get('accept-language', ''))}/review", headers=HEADERS)

    def style(request: Request) -> Response:  # noqa: ARG001
        sheets = (HERE.parent / "tasks" / "review" / "review.css", HERE / "serve.css")
        text = "\n".join(one.read_text(encoding="utf-8") for one in sheets)
        return Response(text, headers=HEADERS, media_type="text/css")

    def script(request: Request) -> Response:  # noqa: ARG001
        return Response((HERE / "drop.js").read_text(encoding="utf-8"), headers=HEADERS, media_type="text/javascript")

    def route(name: str, answer: Page, *methods: str) -> list[Route]:
        def of(language: str) -> Callable[[Request], Awaitable[Response]]:
            async def endpoint(request: Request) -> Response:
                return await answer(request, language)

            return endpoint

        return [Route(f"/{one}/{name}", of(one), methods=["GET", *methods]) for one in LANGUAGES]

    return Starlette(
        routes=[
            Route("/", first),
            Route("/style.css", style),
            Route("/drop.js", script),
            Route("/photo_map.html", whole_map),
            *route("review", review, "POST"),
            *route("search", search, "POST"),
            *route("map", photos),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)],
    )


class _Folder:
    """A folder of one request, removed with all that is in it; what the form itself keeps goes too."""

    def __init__(self, form: FormData) -> None:
        self._form = form

    async def __aenter__(self) -> Path:
        self._folder = TemporaryDirectory(prefix="hito-")
        return Path(self._folder.name)

    async def __aexit__(self, *error: object) -> None:
        self._folder.cleanup()
        await self._form.close()
