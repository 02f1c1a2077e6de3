"""SVG elements from numbers and escaped text.

Elements have classes instead of colours, so that the page's light, dark and print styles apply to drawings too.
"""

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

ROUNDING = 1e-9
"""Tolerance of a round value, as part of a step: in floating point 1.0 / 0.05 is not quite 20."""

BAR_WIDTH, BAR_HEIGHT = 108, 14
"""Size of a bar in the table, in pixels."""


def element(tag: str, *content: Markup | str, **attributes: str | float) -> Markup:
    """Return an SVG element; text and attributes are escaped, `class_` is the attribute class, and `_` becomes `-`."""
    words = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_short(value))}"' for name, value in attributes.items()
    )
    inside = "".join(str(escape(part)) for part in content)
    return Markup(f"<{tag}{words}>{inside}</{tag}>")  # noqa: S704 - every part of it is escaped above


def _short(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def drawing(width: float, height: float, name: str, *content: Markup, class_: str = "plot") -> Markup:
    """Return a drawing that assistive technology reads as one image called `name`."""
    return element(
        "svg", *content, viewBox=f"0 0 {_short(width)} {_short(height)}", width=width, height=height, role="img",
        aria_label=name, class_=class_,
    )  # fmt: skip


def path_of(points: Iterable[tuple[float, float]]) -> str:
    """Return the path data of straight lines through the points."""
    return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in points)


def diamond(x: float, y: float, radius: float = 4.5) -> Markup:
    """Return the mark of a published value."""
    corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
    return element("path", d=path_of(corners) + "Z", class_="published")


class Scale:
    """Linear map from values to pixels; if there is only one value, to the middle."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        """Map `low`..`high` to `start`..`end`."""
        self.low, self.high, self.start, self.end = low, high, start, end

    def __call__(self, value: float) -> float:
        """Return the pixel of a value, clipped to the ends."""
        if self.high <= self.low:
            return (self.start + self.end) / 2
        part = min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))
        return self.start + part * (self.end - self.start)


def ticks(low: float, high: float, max_count: int = 6) -> list[float]:
    """Return round values between two ends: at least one and at most `max_count`."""
    if high <= low:
        return [low]
    for exponent in range(-9, 13):
        for base in (1.0, 2.0, 5.0):
            step = base * 10.0**exponent
            first, last = math.ceil(low / step - ROUNDING), math.floor(high / step + ROUNDING)
            if 0 < last - first + 1 <= max_count:
                return [round(step * index, 12) for index in range(first, last + 1)]
    return [low]


def round_ends(low: float, high: float) -> tuple[float, float]:
    """Return two ends moved outwards to the next round values."""
    known = ticks(low, high)
    if len(known) < 2:
        return low, high
    step = known[1] - known[0]
    beyond = (low < known[0] - ROUNDING * step, high > known[-1] + ROUNDING * step)
    return round(known[0] - step * beyond[0], 12), round(known[-1] + step * beyond[1], 12)


def interval_bar(
    value: float, low: float | None, high: float | None, published: float | None, ends: tuple[float, float]
) -> Markup:
    """Draw a value as a dot on its interval, and the published value as a diamond, on the scale of the column."""
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


def label(text: str, x: float, y: float, *, max_length: int = 40, class_: str = "", anchor: str = "start") -> Markup:
    """Return text cut to `max_length` characters; the whole text is its tooltip."""
    if len(text) <= max_length:
        return element("text", text, x=x, y=y, text_anchor=anchor, class_=class_)
    whole = element("title", text)
    return element("text", whole, text[: max_length - 1] + "…", x=x, y=y, text_anchor=anchor, class_=class_)


def grid(scale: Scale, values: Sequence[float], top: float, bottom: float) -> list[Markup]:
    """Return vertical lines at round values with their numbers below."""
    parts = []
    for value in values:
        x = scale(value)
        parts += [
            element("path", d=path_of([(x, top), (x, bottom)]), class_="grid"),
            element("text", f"{value:g}", x=x, y=bottom + 15, text_anchor="middle", class_="tick"),
        ]
    return parts
