"""How figures, intervals and times are written on the page."""

import math
from collections.abc import Mapping
from typing import Any, Literal

Place = Literal["inside", "above", "below", ""]

ROUNDING = 0.0005
"""Published figures have three decimals: each stands for all that are rounded to it."""


def finite(value: Any) -> float | None:
    """The number, or None for what is none (null, NaN, infinity, text)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def number(value: Any) -> str:
    """A figure with three decimals (fewer when it is large); "–" for none."""
    found = finite(value)
    if found is None:
        return "–"
    decimals = 3 if abs(found) < 10 else 1 if abs(found) < 1000 else 0
    return f"{found:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def interval(low: Any, high: Any) -> str:
    """The two ends of an interval; empty where there is none."""
    if finite(low) is None or finite(high) is None:
        return ""
    between = " to " if min(low, high) < 0 else "–"
    return f"{number(low)}{between}{number(high)}"


def place_of(published: Any, low: Any, high: Any) -> Place:
    """Where a published figure lies: inside our interval (ends included), above it or below it; "" for neither."""
    figure, lowest, highest = finite(published), finite(low), finite(high)
    if figure is None or lowest is None or highest is None:
        return ""
    if figure < lowest - ROUNDING:
        return "below"
    return "above" if figure > highest + ROUNDING else "inside"


def duration(seconds: float) -> str:
    """Seconds as people say them: "8.4 s", "3 min 14 s", "2 h 5 min"."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def moment(iso: str) -> str:
    """An ISO 8601 time without its seconds: "2026-11-23 19:24"."""
    return iso[:16].replace("T", " ")


def period(first: str, last: str) -> str:
    """Two ISO 8601 times as a period; the day is said once where it is the same."""
    begin, end = moment(first), moment(last)
    if begin == end or not end:
        return begin
    return f"{begin} to {end[11:] if begin[:10] == end[:10] else end}"


def estimate_of(metrics: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The estimate of that name, or an empty one."""
    found = metrics.get(name)
    return found if isinstance(found, Mapping) else {}
