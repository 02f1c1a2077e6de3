"""The sweep against one metric, as a chart."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from experiments.report.charts import HeatMap, Point, dots, heat_map, parallel_coordinates, scatter
from experiments.report.metric_columns import Column
from experiments.report.numeric_axis import numeric_axis
from experiments.report.run_section import RunSection


@dataclass(frozen=True)
class View:
    """A chart of one metric.

    Attributes:
        column: The metric.
        kind: "dots", "scatter", "heat map" or "parallel coordinates".
        heat_map: The heat map, if it is one.
        drawing: The drawing, if it is another chart.
    """

    column: Column
    kind: str
    heat_map: HeatMap | None = None
    drawing: Markup | None = None


def views_of(runs: Sequence[RunSection], axes: Sequence[str], columns: Sequence[Column]) -> list[View]:
    """Return a chart of each metric that has a value: dots for one axis, else a heat map or parallel coordinates.

    Axes whose values are drawn from an interval have a scale (`numeric_axis`).
    """
    if not axes:
        return []
    views = [_view_of(runs, axes, column, position) for position, column in enumerate(columns)]
    return [view for view in views if view is not None]


def _view_of(runs: Sequence[RunSection], axes: Sequence[str], column: Column, position: int) -> View | None:
    points = [
        Point(run.number, run.settings, cell.value, cell.low, cell.high, cell.published, cell.side)
        for run in runs
        if (cell := run.cells[position]).value is not None
    ]
    if not points:
        return None
    scale = numeric_axis([point.settings[0] for point in points]) if len(axes) == 1 else None
    if scale and not any(point.published is not None for point in points):
        return View(column, "scatter", drawing=scatter(points, axes[0], scale, column.heading))
    if len(axes) == 1:
        return View(column, "dots", drawing=dots(points, column.heading))
    if len(axes) == 2 and (found := heat_map(points, axes)):
        return View(column, "heat map", heat_map=found)
    return View(column, "parallel coordinates", drawing=parallel_coordinates(points, axes, column.heading))
