"""Text measured in points, wrapped and shortened to fit."""

import re
from functools import cache

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from components.figures.fonts import drawable, font_families

LINE_BREAKS = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+")


def one_line(text: str) -> str:
    """Return the text, such as a file name, with a space for each line break or tab, and drawable."""
    return drawable(LINE_BREAKS.sub(" ", text))


@cache
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of a line of text in points at this font size."""
    with mpl.rc_context({"text.usetex": False}):
        width, _, _ = text_to_path.get_text_width_height_descent(
            drawable(text), FontProperties(family=font_families(), size=size, weight=weight), ismath=False
        )
    return float(width)


def shorten(text: str, width: float, size: float, weight: str = "normal") -> str:
    """Return the text, or as much of its beginning as fits into `width` points, with an ellipsis."""
    text = one_line(text)
    if text_width(text, size, weight) <= width:
        return text
    kept = len(text)
    while kept and text_width(text[:kept].rstrip(" _-,") + "…", size, weight) > width:
        kept -= 1
    return text[:kept].rstrip(" _-,") + "…"


def wrap(text: str, width: float, size: float, *, max_lines: int | None = None, weight: str = "normal") -> list[str]:
    """Break a text into lines of at most `width` points, after spaces, underscores, hyphens, slashes or dots.

    Words longer than a line are shortened, and text that does not fit into `max_lines` is cut off, with an ellipsis.
    With `max_lines` the lines get similar lengths, as in a label. An empty text has no lines.

    Args:
        text: The text.
        width: Width of a line in points.
        size: Font size in points.
        max_lines: Largest number of lines; unlimited by default.
        weight: Font weight.
    """
    words = re.findall(r"[^ _\-/·]*[ _\-/·]+|[^ _\-/·]+", one_line(text))
    lines = _fill(words, width, size, weight)
    if max_lines is not None and len(lines) > max_lines:
        lines[max_lines - 1 :] = ["".join(lines[max_lines - 1 :])]
    elif max_lines is not None:
        widest = max((text_width(word.rstrip(), size, weight) for word in words), default=0.0)
        narrower = (share * width / 20 for share in range(1, 20))
        tried = (_fill(words, narrow, size, weight) for narrow in narrower if narrow >= widest)
        lines = next((other for other in tried if len(other) == len(lines)), lines)
    return [shorten(line.strip(), width, size, weight) for line in lines]


def _fill(words: list[str], width: float, size: float, weight: str) -> list[str]:
    """Fill each line with as many words as fit."""
    lines: list[str] = []
    for word in words:
        if lines and text_width((lines[-1] + word).rstrip(), size, weight) <= width:
            lines[-1] += word
        else:
            lines.append(word)
    return lines


def count_text(count: float) -> str:
    """Return a mean count as text: an integer if it is one, else with one decimal."""
    return f"{count:.1f}".removesuffix(".0")


def percent_text(percent: float) -> str:
    """Return percent without decimals; "<1 %" and ">99 %" where rounding would give 0 or 100."""
    if 0 < percent <= 0.5:
        return "<1 %"
    return ">99 %" if 99.5 <= percent < 100 else f"{percent:.0f} %"
