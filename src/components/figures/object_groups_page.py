"""Groups of photos that were matched as the same object, as one offline HTML page."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from components.figures.data_uri import data_uri
from components.figures.html_page import render_page

QUALITY = 75
"""Of the WebP images."""


@dataclass(frozen=True)
class Member:
    """A photo of a group.

    Attributes:
        image: (S, S, 3) uint8 pixels.
        name: Its path.
        title: Its title; may be empty.
        object_id: The object that it shows; empty if unknown.
    """

    image: NDArray[np.uint8]
    name: str
    title: str
    object_id: str


@dataclass(frozen=True)
class ObjectGroup:
    """Photos that were matched as the same object.

    Attributes:
        members: Photos to show, at least two.
        links: Descriptions of the matched pairs that connect the group.
        mixed: Whether the photos are known to show several objects.
        more: Number of members that are not shown.
    """

    members: Sequence[Member]
    links: Sequence[str]
    mixed: bool
    more: int = 0


def object_groups_page(
    groups: Sequence[ObjectGroup], *, summary: str, subtitle: str = "", title: str = "Same object"
) -> str:
    """Return the HTML document; all texts are escaped.

    Args:
        groups: Groups to show, in order.
        summary: Numbers of photos, groups and mixed groups, in words.
        subtitle: What was matched, and how.
        title: Title of the page.
    """
    shown = [
        {
            "photos": [
                {
                    "image": data_uri(Image.fromarray(member.image), quality=QUALITY),
                    "name": member.name,
                    "title": member.title,
                    "object_id": member.object_id,
                }
                for member in group.members
            ],
            "links": group.links,
            "mixed": group.mixed,
            "more": group.more,
        }
        for group in groups
    ]
    return render_page(
        "object_groups.html.jinja",
        style="object_groups.css",
        title=title,
        subtitle=subtitle,
        summary=summary,
        groups=shown,
    )
