"""A page in one language: renders its template, with or without an error."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from components.messages import Message, sentence
from experiments.serve.security import HEADERS
from experiments.serve.service import Service
from experiments.serve.translations import LANGUAGES, translations
from experiments.serve.uploads import RefusedError

FIELDS = ("title", "description", "coordinates", "label")
"""Fields of the review form other than the photos."""


@dataclass(frozen=True)
class Page:
    """What a view needs to answer a request.

    Attributes:
        service: Reviews and searches.
        name: Of the page and its template: review, search or map.
        language: Of the page: es or en.
    """

    service: Service
    name: str
    language: str

    def render(self, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Return the rendered template.

        Args:
            status: HTTP status.
            **values: What the template shows; `error` and `sent` (the words of the form) are empty by default.
        """
        defaults = {"error": None, "sent": dict.fromkeys(FIELDS, ""), "class_names": self.service.class_names}
        text = _templates().get_template(f"{self.name}.html.jinja").render(
            t=translations(self.language), language=self.language, page=self.name, languages=LANGUAGES,
            **(defaults | values),
        )  # fmt: skip
        return HTMLResponse(text, status, HEADERS)

    def refuse(self, error: RefusedError, **values: Any) -> HTMLResponse:
        """Return the page with an error at its top, and the status of the error."""
        filled = {
            name: value.in_language(self.language) if isinstance(value, Message) else value
            for name, value in error.values.items()
        }
        text = translations(self.language)[error.sentence].format(**filled)
        return self.render(status=error.status, error={"field": error.field, "text": text}, **values)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    environment.filters |= {"percent": lambda share: f"{share:.0%}", "sentence": sentence}
    return environment
