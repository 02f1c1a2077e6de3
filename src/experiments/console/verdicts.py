"""How a verdict looks on the terminal."""

import math

from rich.text import Text

STYLES = {"better": "bold green", "worse": "bold red", "indistinguishable": "yellow"}


def verdict_text(verdict: str) -> Text:
    """The word in its colour."""
    return Text(verdict, style=STYLES[verdict])


def difference_text(difference: float, low: float, high: float) -> str:
    """A difference with its interval, "+.21 [.15, .27]"; with one more decimal place where two would show little."""
    if math.isnan(difference):
        return "–"
    places = 3 if max(abs(difference), abs(low), abs(high)) < 0.1 else 2
    return f"{_short(difference, places, '+')} [{_short(low, places)}, {_short(high, places)}]"


def p_text(p: float) -> str:
    """A p value in as many digits as one reads."""
    if math.isnan(p):
        return "–"
    return "< .001" if p < 0.001 else _short(p, 3)


def _short(value: float, places: int, sign: str = "-") -> str:
    """A number below 1 without the zero before its point, and no negative zero."""
    text = f"{round(value, places) + 0.0:{sign}.{places}f}"
    return text.replace("0.", ".", 1) if abs(round(value, places)) < 1 else text
