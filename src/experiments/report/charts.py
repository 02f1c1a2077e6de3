"""Charts of a metric over the axes of a sweep: dots with intervals, a heat map or parallel coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from experiments.console import IntervalPosition, interval, number
from experiments.report.numeric_axis import NumericAxis, numeric_axis
from experiments.report.svg import Scale, diamond, drawing, element, grid, label, path_of, round_ends, ticks

STEPS = 9
"""Number of shades of a heat map, from the lowest value (0) to the highest (8); the style sheet colours them."""


@dataclass(frozen=True)
class Point:
    """A metric of one run in a chart.

    Attributes:
        run: Number of the run on the page.
        settings: Its value on each axis.
        value: The metric.
        low: Lower end of its interval, if any.
        high: Upper end of its interval, if any.
        published: The published value, if any.
        side: Where the published value lies relative to the interval.
    """

    run: int
    settings: tuple[str, ...]
    value: float
    low: float | None
    high: float | None
    published: float | None
    side: IntervalPosition


@dataclass(frozen=True)
class HeatCell:
    """A cell of a heat map: one run and its shade (0 to 8)."""

    point: Point
    shade: int


@dataclass(frozen=True)
class HeatMap:
    """A heat map: `cells[row][column]`, None where there is no run."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row_axis: str
    column_axis: str
    cells: tuple[tuple[HeatCell | None, ...], ...]
    low: float
    high: float


def settings_of(points: Sequence[Point], axis: int) -> tuple[str, ...]:
    """Return the values of an axis: sorted if all are numbers, else in the order of the runs."""
    found = tuple(dict.fromkeys(point.settings[axis] for point in points))
    try:
        return tuple(sorted(found, key=float))
    except ValueError:
        return found


def shade(value: float, low: float, high: float) -> int:
    """Return the shade of a value between the lowest and the highest."""
    return STEPS // 2 if high <= low else round((value - low) / (high - low) * (STEPS - 1))


def heat_map(points: Sequence[Point], axes: Sequence[str]) -> HeatMap | None:
    """Return a heat map of two axes; None if two runs would share a cell, or an axis has a scale."""
    if len({point.settings for point in points}) < len(points):
        return None
    if any(numeric_axis([point.settings[axis] for point in points]) for axis in range(2)):
        return None
    low, high = min(point.value for point in points), max(point.value for point in points)
    rows, columns = settings_of(points, 0), settings_of(points, 1)
    row_axis, column_axis, swapped = axes[0], axes[1], len(columns) > len(rows) and len(columns) > 8
    if swapped:
        rows, columns, row_axis, column_axis = columns, rows, column_axis, row_axis
    at = {point.settings[::-1] if swapped else point.settings: point for point in points}
    cells = tuple(
        tuple(
            HeatCell(at[row, column], shade(at[row, column].value, low, high)) if (row, column) in at else None
            for column in columns
        )
        for row in rows
    )
    return HeatMap(rows, columns, row_axis, column_axis, cells, low, high)


def dots(points: Sequence[Point], heading: str) -> Markup:
    """Draw one line for each run: its value, its interval and the published value."""
    left, width, height_of_row, top = 210.0, 820.0, 30.0, 8.0
    right = width - 170
    bottom = top + height_of_row * len(points)
    everything = [point.value for point in points]
    for point in points:
        everything += [end for end in (point.low, point.high, point.published) if end is not None]
    scale = Scale(*round_ends(min(everything), max(everything)), left + 12, right - 12)
    parts = grid(scale, ticks(scale.low, scale.high), top, bottom)
    for index, point in enumerate(points):
        y = top + height_of_row * (index + 0.5)
        line = [label(" · ".join(point.settings), left - 10, y + 4, max_length=30, anchor="end")]
        if point.low is not None and point.high is not None:
            line.append(element("path", d=path_of([(scale(point.low), y), (scale(point.high), y)]), class_="interval"))
        if point.published is not None:
            line.append(diamond(scale(point.published), y, 6))
        line.append(element("circle", cx=scale(point.value), cy=y, r=4.5, class_="dot"))
        figures = f"{number(point.value)}  {interval(point.low, point.high)}"
        line.append(element("text", figures, x=right + 10, y=y + 4, class_="figures"))
        parts.append(element("g", *line, data_run=point.run, class_="mark"))
    parts.append(element("text", heading, x=(left + right) / 2, y=bottom + 34, text_anchor="middle", class_="axis"))
    return drawing(width, bottom + 42, f"{heading} of each run with its interval", *parts)


def scatter(points: Sequence[Point], axis: str, scale: NumericAxis, heading: str) -> Markup:
    """Draw one dot for each run at its value on an axis with a scale, with the interval of its metric."""
    left, right, top, bottom, width = 70.0, 800.0, 12.0, 312.0, 820.0
    ends = [end for point in points for end in (point.value, point.low, point.high) if end is not None]
    up = Scale(*round_ends(min(ends), max(ends)), bottom - 6, top + 6)
    across = Scale(0, 1, left + 16, right - 16)
    parts = []
    for value in ticks(up.low, up.high):
        parts.append(element("path", d=path_of([(left, up(value)), (right, up(value))]), class_="grid"))
        parts.append(element("text", f"{value:g}", x=left - 8, y=up(value) + 4, text_anchor="end", class_="tick"))
    for value in scale.ticks():
        x = across(scale.share(value))
        parts.append(element("path", d=path_of([(x, top), (x, bottom)]), class_="grid"))
        parts.append(element("text", f"{value:g}", x=x, y=bottom + 15, text_anchor="middle", class_="tick"))
    for point in points:
        x = across(scale.share(point.settings[0]))
        mark = [element("title", f"{point.settings[0]}: {number(point.value)} {interval(point.low, point.high)}")]
        if point.low is not None and point.high is not None:
            mark.append(element("path", d=path_of([(x, up(point.low)), (x, up(point.high))]), class_="interval"))
        mark.append(element("circle", cx=x, cy=up(point.value), r=4.5, class_="dot"))
        parts.append(element("g", *mark, data_run=point.run, class_="mark"))
    named = f"{axis}{', logarithmic' if scale.log else ''}"
    parts.append(element("text", named, x=(left + right) / 2, y=bottom + 34, text_anchor="middle", class_="axis"))
    return drawing(width, bottom + 42, f"{heading} of each run with its interval over {axis}", *parts)


def parallel_coordinates(points: Sequence[Point], axes: Sequence[str], heading: str) -> Markup:
    """Draw one line for each run through its value on every axis to its metric.

    Lines that share a value are spread by metric. Axes whose values are drawn from an interval have a scale.
    """
    scales = [numeric_axis([point.settings[axis] for point in points]) for axis in range(len(axes))]
    settings = [settings_of(points, axis) for axis in range(len(axes))]
    most_values = max(len(known) if scale is None else 1 for known, scale in zip(settings, scales, strict=True))
    width, top, left = max(820.0, 190.0 * (len(axes) + 1)), 44.0, 70.0
    bottom = top + max(280.0, 30.0 * most_values)
    low, high = min(point.value for point in points), max(point.value for point in points)
    span = (width - left - 80) / len(axes)
    to_pixel, to_level = Scale(low, high, bottom, top), Scale(0, 1, bottom - 8, top + 8)
    ranked = sorted(points, key=lambda point: point.value)
    lines = []
    for index, point in enumerate(ranked):
        rank = index / max(1, len(ranked) - 1)
        corners = []
        for axis, (known, scale) in enumerate(zip(settings, scales, strict=True)):
            if scale:
                corners.append((left + axis * span, to_level(scale.share(point.settings[axis]))))
                continue
            gap = (bottom - top) / len(known)
            spread = min(26.0, 0.7 * gap)
            level = top + gap * (known.index(point.settings[axis]) + 0.5) + (0.5 - rank) * spread
            corners.append((left + axis * span, level))
        corners.append((left + len(axes) * span, to_pixel(point.value)))
        words = " · ".join(point.settings) + f": {number(point.value)} {interval(point.low, point.high)}"
        strength = f"line s{shade(rank, 0, 1)}"
        lines.append(element("path", element("title", words), d=_smooth(corners), class_=strength, data_run=point.run))
    frame = []
    for axis, (known, scale) in enumerate(zip(settings, scales, strict=True)):
        x = left + axis * span
        frame.append(element("path", d=path_of([(x, top), (x, bottom)]), class_="rule"))
        frame.append(label(axes[axis].rpartition("/")[2], x, top - 18, max_length=22, anchor="middle", class_="axis"))
        if scale:
            frame += [
                element("text", f"{value:g}", x=x + 8, y=to_level(scale.share(value)) + 4, class_="tick halo")
                for value in scale.ticks()
            ]
            continue
        gap = (bottom - top) / len(known)
        frame += [
            label(value, x + 8, top + gap * (row + 0.5) + 4, max_length=18, class_="halo")
            for row, value in enumerate(known)
        ]
    x = left + len(axes) * span
    frame.append(element("path", d=path_of([(x, top), (x, bottom)]), class_="rule"))
    frame.append(label(heading, x, top - 18, max_length=22, anchor="middle", class_="axis"))
    for value in ticks(low, high):
        frame.append(element("text", f"{value:g}", x=x + 8, y=to_pixel(value) + 4, class_="tick halo"))
    return drawing(width, bottom + 16, f"{heading} of each run over {', '.join(axes)}", *lines, *frame)


def _smooth(corners: Sequence[tuple[float, float]]) -> str:
    """Path data of a line that is horizontal where it crosses an axis."""
    words = [f"M{corners[0][0]:.1f} {corners[0][1]:.1f}"]
    for (x, y), (next_x, next_y) in pairwise(corners):
        bend = (next_x - x) * 0.45
        words.append(f"C{x + bend:.1f} {y:.1f} {next_x - bend:.1f} {next_y:.1f} {next_x:.1f} {next_y:.1f}")
    return "".join(words)
