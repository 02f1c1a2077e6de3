"""SVG made of numbers and escaped text: interval bars, dots with intervals, parallel coordinates, curves.

Nothing has a colour here: classes do, so that the page's light, dark and printed looks hold for the drawings too.
"""

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

ROUNDING = 1e-9
"""Of a step: nearer than this to a round value is on it; 1.0 / 0.05 is not quite 20."""

BAR_WIDTH, BAR_HEIGHT = 108, 14
"""Pixels of a bar in the table."""


def element(tag: str, *content: Markup | str, **attributes: str | float) -> Markup:
    """An SVG element; text and attributes are escaped, `class_` is class and `_` in a name is `-`."""
    words = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_short(value))}"' for name, value in attributes.items()
    )
    inside = "".join(str(escape(one)) for one in content)
    return Markup(f"<{tag}{words}>{inside}</{tag}>")  # noqa: S704 - every part of it is escaped above


def _short(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def drawing(width: float, height: float, name: str, *content: Markup, class_: str = "plot") -> Markup:
    """A picture that assistive technology reads as one image called `name`."""
    return element(
        "svg", *content, viewBox=f"0 0 {_short(width)} {_short(height)}", width=width, height=height, role="img",
        aria_label=name, class_=class_,
    )  # fmt: skip


def path_of(points: Iterable[tuple[float, float]]) -> str:
    """Straight lines through the points."""
    return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in points)


def diamond(x: float, y: float, radius: float = 4.5) -> Markup:
    """The mark of a published figure."""
    corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
    return element("path", d=path_of(corners) + "Z", class_="published")


class Scale:
    """From values to pixels, linearly; a single value stands in the middle."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        """Map `low`..`high` to `start`..`end`."""
        self.low, self.high, self.start, self.end = low, high, start, end

    def __call__(self, value: float) -> float:
        """The place of a value, kept within the ends."""
        if self.high <= self.low:
            return (self.start + self.end) / 2
        part = min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))
        return self.start + part * (self.end - self.start)


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values between two ends, at most `most` of them (at least one)."""
    if high <= low:
        return [low]
    for exponent in range(-9, 13):
        for base in (1.0, 2.0, 5.0):
            step = base * 10.0**exponent
            first, last = math.ceil(low / step - ROUNDING), math.floor(high / step + ROUNDING)
            if 0 < last - first + 1 <= most:
                return [round(step * index, 12) for index in range(first, last + 1)]
    return [low]


def round_ends(low: float, high: float) -> tuple[float, float]:
    """Two ends moved outwards to the next round values, so that all between them lies on the grid."""
    known = ticks(low, high)
    if len(known) < 2:
        return low, high
    step = known[1] - known[0]
    beyond = (low < known[0] - ROUNDING * step, high > known[-1] + ROUNDING * step)
    return round(known[0] - step * beyond[0], 12), round(known[-1] + step * beyond[1], 12)


def interval_bar(
    value: float, low: float | None, high: float | None, published: float | None, ends: tuple[float, float]
) -> Markup:
    """A value as a dot on its interval, with the published figure as a diamond, on the column's scale."""
    scale, middle = Scale(*ends, 5, BAR_WIDTH - 5), BAR_HEIGHT / 2
    parts = [element("path", d=path_of([(0, middle), (BAR_WIDTH, middle)]), class_="rule")]
    if low is not None and high is not None:
        parts.append(element("path", d=path_of([(scale(low), middle), (scale(high), middle)]), class_="interval"))
    if published is not None:
        parts.append(diamond(scale(published), middle))
    parts.append(element("circle", cx=scale(value), cy=middle, r=3, class_="dot"))
    return element(
        "svg", *parts, viewBox=f"0 0 {BAR_WIDTH} {BAR_HEIGHT}", width=BAR_WIDTH, height=BAR_HEIGHT, aria_hidden="true",
        class_="bar",
    )  # fmt: skip


def label(text: str, x: float, y: float, *, most: int = 40, class_: str = "", anchor: str = "start") -> Markup:
    """Text cut to `most` letters; the whole of it appears under the pointer."""
    if len(text) <= most:
        return element("text", text, x=x, y=y, text_anchor=anchor, class_=class_)
    whole = element("title", text)
    return element("text", whole, text[: most - 1] + "…", x=x, y=y, text_anchor=anchor, class_=class_)


def grid(scale: Scale, values: Sequence[float], top: float, bottom: float) -> list[Markup]:
    """Vertical lines at round values with their figures below."""
    parts = []
    for value in values:
        x = scale(value)
        parts += [
            element("path", d=path_of([(x, top), (x, bottom)]), class_="grid"),
            element("text", f"{value:g}", x=x, y=bottom + 15, text_anchor="middle", class_="tick"),
        ]
    return parts
