"""Groups of photos taken to be of one object, as one HTML page that asks nothing of the net."""

import base64
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from numpy.typing import NDArray
from PIL import Image

HERE = Path(__file__).parent
QUALITY = 75


@dataclass(frozen=True)
class Member:
    """A photo of a group.

    Attributes:
        image: (S, S, 3) uint8.
        name: Its path.
        title: What it is called; may be empty.
        object_id: The object that it is of; empty where nobody knows.
    """

    image: NDArray[np.uint8]
    name: str
    title: str
    object_id: str


@dataclass(frozen=True)
class ObjectGroup:
    """Photos taken to be of one object.

    Attributes:
        members: Two at least.
        links: What holds them together, in words, one a pair.
        mixed: Whether they are known to be of several objects.
        more: Members that are not shown.
    """

    members: Sequence[Member]
    links: Sequence[str]
    mixed: bool
    more: int = 0


def object_groups_page(
    groups: Sequence[ObjectGroup], *, summary: str, subtitle: str = "", title: str = "Same object"
) -> str:
    """Make the page; every text is shown as it is, never as HTML.

    Args:
        groups: Those to show, in order.
        summary: How many photos, groups and mixed ones there are.
        subtitle: What was matched.
        title: Of the page.
    """
    style = (HERE / "object_groups.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    environment.filters["picture"] = _picture
    return environment.get_template("object_groups.html.jinja").render(
        title=title,
        subtitle=subtitle,
        summary=summary,
        groups=groups,
        policy=f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        style=Markup(style),  # noqa: S704 - the file beside this one
    )


def _picture(image: NDArray[np.uint8]) -> str:
    """The image as a data address."""
    raw = io.BytesIO()
    Image.fromarray(image).save(raw, format="WEBP", quality=QUALITY)
    return f"data:image/webp;base64,{base64.b64encode(raw.getvalue()).decode()}"
