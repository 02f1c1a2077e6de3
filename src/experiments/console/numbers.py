"""Format metrics, intervals, differences, p values, durations and times for tables and pages."""

import math
from collections.abc import Mapping
from typing import Any, Literal

IntervalPosition = Literal["inside", "above", "below", ""]
"""Where a published value lies relative to an interval; "" if either is missing."""

ROUNDING = 0.0005
"""Half a unit of the third decimal: published values are rounded to three decimals."""


def finite(value: Any) -> float | None:
    """Return the value as a float, or None if it is no finite number (None, NaN, infinity, text, a truth value)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def number(value: Any) -> str:
    """Format a value with three decimals, with one from 10 and none from 1,000; "–" if it is no finite number.

    Examples:
        >>> number(0.8125), number(123.44), number(None)
        ('0.812', '123.4', '–')
    """
    found = finite(value)
    if found is None:
        return "–"
    decimals = 3 if abs(found) < 10 else 1 if abs(found) < 1000 else 0
    return f"{found:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def short_number(value: float, decimals: int | None = None, *, sign: Literal["-", "+"] = "-") -> str:
    """Format a value for a narrow column: without the zero before its decimal point, and never as a negative zero.

    Args:
        value: The value.
        decimals: Number of decimals; None: two, or none from 10.
        sign: "+" also writes the sign of positive values.

    Examples:
        >>> short_number(0.8125), short_number(-0.031, 3), short_number(12.3), short_number(0.2, sign="+")
        ('.81', '-.031', '12', '+.20')
    """
    if decimals is None:
        decimals = 2 if abs(value) < 10 else 0
    rounded = round(value, decimals) + 0.0
    text = f"{rounded:{sign}.{decimals}f}"
    return text.replace("0.", ".", 1) if abs(rounded) < 1 else text


def interval(low: Any, high: Any) -> str:
    """Format the two ends of an interval, "0.810–0.870"; "" if an end is missing.

    "to" separates ends of which one is negative, because a dash would look like its sign.
    """
    if finite(low) is None or finite(high) is None:
        return ""
    separator = " to " if min(low, high) < 0 else "–"
    return f"{number(low)}{separator}{number(high)}"


def interval_position(published: Any, low: Any, high: Any) -> IntervalPosition:
    """Return where a published value lies relative to the interval from `low` to `high`, ends included.

    The published value is taken as rounded to three decimals: it is inside if any value that rounds to it is.
    """
    value, lowest, highest = finite(published), finite(low), finite(high)
    if value is None or lowest is None or highest is None:
        return ""
    if value < lowest - ROUNDING:
        return "below"
    return "above" if value > highest + ROUNDING else "inside"


def difference_text(difference: float, low: float, high: float) -> str:
    """Format a difference with its interval, "+.21 [.15, .27]"; with three decimals if all are below 0.1.

    An interval that is undefined is left out.
    """
    if math.isnan(difference):
        return "–"
    if math.isnan(low) or math.isnan(high):
        return short_number(difference, 3 if abs(difference) < 0.1 else 2, sign="+")
    decimals = 3 if max(abs(difference), abs(low), abs(high)) < 0.1 else 2
    ends = f"[{short_number(low, decimals)}, {short_number(high, decimals)}]"
    return f"{short_number(difference, decimals, sign='+')} {ends}"


def p_text(p: float) -> str:
    """Format a p value with three decimals; "< .001" below 0.001, "–" for NaN."""
    if math.isnan(p):
        return "–"
    return "< .001" if p < 0.001 else short_number(p, 3)


def duration(seconds: float) -> str:
    """Format a number of seconds: "8.4 s", "3 min 14 s", "2 h 5 min"."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def moment(iso: str) -> str:
    """Format an ISO 8601 time without its seconds: "2026-11-23 19:24"."""
    return iso[:16].replace("T", " ")


def period(first: str, last: str) -> str:
    """Format two ISO 8601 times as a period; the date is not repeated if both are on the same day."""
    begin, end = moment(first), moment(last)
    if begin == end or not end:
        return begin
    return f"{begin} to {end[11:] if begin[:10] == end[:10] else end}"


def estimate_of(metrics: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the estimate of the metric `name`, or an empty mapping if there is none."""
    found = metrics.get(name)
    return found if isinstance(found, Mapping) else {}
