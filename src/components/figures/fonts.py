"""Fonts of the figures, and texts in characters that these fonts do not have."""

import unicodedata
from functools import cache

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

FONT = "DejaVu Sans"
"""Included in matplotlib: figures with Latin, Greek and Cyrillic names are the same on every machine."""

FALLBACKS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Noto Sans JP", "Source Han Sans SC", "PingFang SC",
    "Hiragino Sans", "Microsoft YaHei", "Yu Gothic", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback",
    "Apple SD Gothic Neo", "Malgun Gothic", "Arial Unicode MS", "Noto Sans Devanagari", "Noto Sans Thai",
    "Noto Emoji", "Symbola", "Segoe UI Emoji", "Segoe UI Symbol",
)  # fmt: skip
"""Used, where they are installed, for the characters that `FONT` does not have."""

SURROGATE_BYTES = range(0xDC80, 0xDD00)
"""Bytes of a file name that are no UTF-8, as Python decodes them."""


@cache
def font_families() -> tuple[str, ...]:
    """Return `FONT` and the installed fallbacks."""
    installed = set(fontManager.get_font_names())
    return (FONT, *(name for name in FALLBACKS if name in installed))


def drawable(text: str) -> str:
    """Return the text with the characters that no font has replaced by their names or codes: "[fire]", "[795E]".

    Names in a script without a font stay different from each other. Characters that are only signs for the layout of
    others, such as joiners and variation selectors, are left out.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter if letter == "\n" or _has_glyph(ord(letter)) else _replacement(letter) for letter in text)


def make_drawable(figure: Figure) -> None:
    """Replace the characters in all texts of a figure that no font has; see `drawable`."""
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        if (shown := drawable(text.get_text())) != text.get_text():
            text.set_text(shown)
    for axes in figure.findobj(Axes):
        assert isinstance(axes, Axes)
        for axis in (axes.xaxis, axes.yaxis):  # tick labels are written again when the figure is drawn
            labels = [label.get_text() for label in axis.get_ticklabels()]
            if any(drawable(label) != label for label in labels):
                axis.set_ticks(axis.get_majorticklocs(), [drawable(label) for label in labels])


@cache
def _has_glyph(code: int) -> bool:
    return any(code in _characters(family) for family in font_families())


@cache
def _characters(family: str) -> frozenset[int]:
    return frozenset(FT2Font(findfont(FontProperties(family=family))).get_charmap())


def _replacement(letter: str) -> str:
    code, category = ord(letter), unicodedata.category(letter)
    if category in {"Mn", "Cf"}:
        return ""
    if category == "So" and (name := unicodedata.name(letter, "")):
        return f"[{name.lower()}]"
    return f"[{code - 0xDC00:02X}]" if code in SURROGATE_BYTES else f"[{code:02X}]"
