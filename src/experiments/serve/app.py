"""The web application of `hito serve`: its routes, and the host names that it answers to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from experiments.serve import assets, views
from experiments.serve.address import LOOPBACK
from experiments.serve.page import Page
from experiments.serve.service import Service
from experiments.serve.translations import LANGUAGES

VIEWS = {
    "review": (views.review, ["GET", "POST"]),
    "search": (views.search, ["GET", "POST"]),
    "map": (views.photo_map, ["GET"]),
}
"""By the name of a page: the view that answers requests for it, and the methods that it takes."""


def create_app(service: Service, hosts: Sequence[str] = LOOPBACK) -> Starlette:
    """Create the application.

    Args:
        service: Reviews and searches.
        hosts: Host names that requests may be addressed to, or "*" for any. A request to another name comes from a
            foreign page whose own name was made to resolve to this machine (DNS rebinding), and is refused.
    """
    pages = [
        Route(f"/{language}/{name}", _endpoint(view, Page(service, name, language)), methods=methods)
        for language in LANGUAGES
        for name, (view, methods) in VIEWS.items()
    ]
    return Starlette(
        routes=[
            Route("/", assets.start),
            Route("/style.css", assets.style),
            Route("/drop.js", assets.script),
            Route("/photo_map.html", assets.whole_map(service.photo_map)),
            *pages,
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)],
    )


def _endpoint(
    view: Callable[[Page, Request], Awaitable[Response]], page: Page
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await view(page, request)

    return endpoint
