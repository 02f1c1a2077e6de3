"""Text that fits: measured in points, broken into lines, shortened, and only of letters that the font has."""

import re
from functools import cache

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import text_to_path

FONT = "DejaVu Sans"
"""Comes with matplotlib: the same letters, and so the same bytes, on every machine."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def drawable(text: str) -> str:
    """The text with each character that the font lacks replaced by the replacement character."""
    known = _characters()
    return "".join(one if one == "\n" or ord(one) in known else REPLACEMENT for one in text)


@cache
def _characters() -> frozenset[int]:
    return frozenset(FT2Font(findfont(FontProperties(family=FONT))).get_charmap())


@cache
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Points that a line of text is wide at this size of letters."""
    with mpl.rc_context({"text.usetex": False}):
        width, _, _ = text_to_path.get_text_width_height_descent(
            drawable(text), FontProperties(family=FONT, size=size, weight=weight), ismath=False
        )
    return float(width)


def shorten(text: str, width: float, size: float, weight: str = "normal") -> str:
    """The text, or as much of its beginning as fits into `width` points, with an ellipsis."""
    text = drawable(text)
    if text_width(text, size, weight) <= width:
        return text
    kept = len(text)
    while kept and text_width(text[:kept].rstrip(" _-,") + "…", size, weight) > width:
        kept -= 1
    return text[:kept].rstrip(" _-,") + "…"


def wrap(text: str, width: float, size: float, *, max_lines: int | None = None, weight: str = "normal") -> list[str]:
    """Break a text into lines of at most `width` points, after spaces, underscores, hyphens, slashes or dots.

    A word too long for a line is shortened; what does not fit into `max_lines` is cut off with an ellipsis.
    With `max_lines` the text is a label, and its lines are made about equally long. An empty text has no lines.
    """
    words = re.findall(r"[^ _\-/·]*[ _\-/·]+|[^ _\-/·]+", drawable(text))
    lines = _fill(words, width, size, weight)
    if max_lines is not None and len(lines) > max_lines:
        lines[max_lines - 1 :] = ["".join(lines[max_lines - 1 :])]
    elif max_lines is not None:
        widest = max((text_width(word.rstrip(), size, weight) for word in words), default=0.0)
        narrower = (share * width / 20 for share in range(1, 20))
        tried = (_fill(words, one, size, weight) for one in narrower if one >= widest)
        lines = next((one for one in tried if len(one) == len(lines)), lines)
    return [shorten(line.strip(), width, size, weight) for line in lines]


def _fill(words: list[str], width: float, size: float, weight: str) -> list[str]:
    """Put as many words on each line as fit."""
    lines: list[str] = []
    for word in words:
        if lines and text_width((lines[-1] + word).rstrip(), size, weight) <= width:
            lines[-1] += word
        else:
            lines.append(word)
    return lines


def count_text(count: float) -> str:
    """A mean count: whole where it is, else with one decimal."""
    return f"{count:.1f}".removesuffix(".0")


def percent_text(percent: float) -> str:
    """A share without decimals that reads neither 0 nor 100 where it is not."""
    if 0 < percent <= 0.5:
        return "<1 %"
    return ">99 %" if 99.5 <= percent < 100 else f"{percent:.0f} %"
