"""Charts of a metric over the axes of a sweep."""

import re

import numpy as np

from experiments.report.charts import Point, dots, heat_map, parallel_coordinates
from experiments.report.svg import element


def points(settings, values):
    return [
        Point(at, tuple(one), value, value - 0.1, value + 0.1, None, "")
        for at, (one, value) in enumerate(zip(settings, values, strict=True))
    ]


def test_a_heat_map_has_every_run_in_its_cell():
    found = heat_map(points([("a", "10"), ("a", "9"), ("b", "9")], [0.1, 0.5, 0.9]), ["backbone", "epochs"])
    assert (found.rows, found.columns) == (("a", "b"), ("9", "10"))
    cells = [[cell and (cell.point.run, cell.shade) for cell in row] for row in found.cells]
    assert cells == [[(1, 4), (0, 0)], [(2, 8), None]]


def test_a_long_axis_goes_down_the_page():
    found = heat_map(points([("a", str(at)) for at in range(9)], np.linspace(0, 1, 9).tolist()), ["backbone", "seed"])
    assert (found.row_axis, found.column_axis, len(found.rows)) == ("seed", "backbone", 9)
    assert [row[0].point.run for row in found.cells] == list(range(9))


def test_two_runs_in_one_cell_are_no_heat_map():
    assert heat_map(points([("a", "1"), ("a", "1")], [0.1, 0.2]), ["x", "y"]) is None


def test_every_run_is_a_mark_in_its_drawing():
    settings = [("a", "1", "x"), ("b", "2", "x"), ("a", "2", "y")]
    for drawn in (
        dots(points([one[:1] for one in settings], [0.1, 0.5, 0.9]), "κ"),
        parallel_coordinates(points(settings, [0.1, 0.5, 0.9]), ["k", "l", "m"], "κ"),
    ):
        assert sorted(re.findall(r'data-run="(\d)"', drawn)) == ["0", "1", "2"]
        assert not re.search("nan|inf", drawn)
    ends = [float(one) for one in re.findall(r" ([\d.]+)\" class=\"line", drawn)]
    assert ends == sorted(ends, reverse=True), "the higher the value, the higher the line ends"


def test_drawings_escape_what_they_are_given():
    drawn = dots(points([('<b>"',), ("&" * 60,)], [0.1, 0.1]), "</svg>")
    assert "<b>" not in drawn
    assert drawn.count("</svg>") == 1
    assert element("text", 'a"<', title='"><') == '<text title="&#34;&gt;&lt;">a&#34;&lt;</text>'
