"""Style of all figures: font, colours, sizes, title."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from components.figures.fonts import font_families, make_drawable
from components.figures.text_layout import text_width, wrap
from components.storage import atomic_path

DPI = 150
WIDTH = 7.0
"""Inches: the text width of a page."""

INK, MUTED = "#222222", "#666666"
BLUE, VERMILLION, GREEN = "#0072b2", "#d55e00", "#009e73"
LIGHT_BLUE = "#a9cfe6"
COLOURS = (BLUE, VERMILLION, GREEN, "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Distinguishable with colour blindness (Okabe & Ito 2008); without their yellow, too pale for lines on white."""

TITLE, SUBTITLE, TEXT, SMALL = 11.0, 8.5, 8.5, 7.5
"""Font sizes in points."""

MARGIN = 0.12
"""Inches of white space around a figure."""

HINTING = 0.985
"""Lines are drawn up to 1.5 % wider than measured, since letters are placed on whole pixels."""

STYLE: Any = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.facecolor": "white",
    "axes.formatter.use_mathtext": False,
    "axes.grid": False,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": TEXT,
    "axes.titleweight": "bold",
    "figure.dpi": DPI,
    "figure.facecolor": "white",
    "font.size": TEXT,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.6,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "savefig.dpi": DPI,
    "savefig.facecolor": "white",
    "text.color": INK,
    "text.parse_math": False,
    "text.usetex": False,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "ytick.labelsize": SMALL,
}


@contextmanager
def figure_style() -> Iterator[None]:
    """Apply the style, whatever the user's matplotlib settings are; a context manager and a decorator."""
    with mpl.rc_context(STYLE | {"font.family": list(font_families())}):
        yield


def titled_figure(width: float, height: float, title: str, subtitle: str, *, constrained: bool = True) -> Figure:
    """Create an empty figure with a title in the upper left corner and a subtitle below it.

    Args:
        width: Inches.
        height: Inches of the content; title and subtitle add their own height.
        title: Title of the figure.
        subtitle: Data, model, photos, replicates; wrapped to the width; may be empty.
        constrained: Whether matplotlib lays out the content; if not, it begins at `header_height`.
    """
    lines = _subtitle_lines(width, subtitle)
    top = header_height(width, subtitle)
    total = height + top
    figure = Figure(figsize=(width, total))
    left = MARGIN / width
    figure.text(left, 1 - MARGIN / total, title, size=TITLE, weight="bold", va="top", in_layout=False)
    below = MARGIN + TITLE * 1.4 / 72
    figure.text(
        left,
        1 - below / total,
        "\n".join(lines),
        size=SUBTITLE,
        color=MUTED,
        va="top",
        linespacing=1.3,
        in_layout=False,
    )
    if constrained:
        pad = MARGIN / 2
        figure.set_layout_engine(
            "constrained",
            rect=(pad / width, pad / total, 1 - 2 * pad / width, (height - pad) / total),
            w_pad=pad,
            h_pad=pad,
        )
    return figure


def header_height(width: float, subtitle: str) -> float:
    """Return the height of title and subtitle, in inches, at the top of a figure of this width."""
    lines = _subtitle_lines(width, subtitle)
    return MARGIN + (TITLE * 1.4 + len(lines) * SUBTITLE * 1.35 + 8) / 72


def _subtitle_lines(width: float, subtitle: str) -> list[str]:
    """Wrap the subtitle; lines end at middle dots if the parts between these are short enough."""
    room = (width - 2 * MARGIN) * 72
    parts = subtitle.split(" · ")
    if all(text_width(f"{part} ·", SUBTITLE) <= room for part in parts):
        subtitle = " · ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)
    return wrap(subtitle, room, SUBTITLE)


def footnote(figure: Figure, text: str) -> None:
    """Add a small remark at the bottom of a figure, wrapped to its width."""
    width = float(figure.get_figwidth())
    lines = wrap(text, (width - 2 * MARGIN) * 72 * HINTING, SMALL)
    figure.supxlabel("\n".join(lines), x=MARGIN / width, ha="left", size=SMALL, color=MUTED)


def unit_axes(axes: Axes, *names: str) -> None:
    """Let the axes of these names ("x", "y") range from 0 to 1, with a light grid."""
    for name in names:
        axes.grid(visible=True, axis="x" if name == "x" else "y")
        axes.set(**{f"{name}lim": (0, 1), f"{name}ticks": [0, 0.2, 0.4, 0.6, 0.8, 1]})


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, atomically; the same figure always gives the same bytes.

    Raises:
        ValueError: When `path` does not end in .png.
    """
    if path.suffix != ".png":
        raise ValueError(f"figures are written as PNG: {path} should end in .png")
    with atomic_path(path) as temporary, figure_style():
        make_drawable(figure)
        figure.savefig(temporary, format="png", dpi=DPI, metadata={"Software": None})
