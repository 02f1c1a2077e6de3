"""Charts of a metric over the axes of a sweep."""

import re

import numpy as np
import pytest

from experiments.report.charts import Point, dots, heat_map, parallel_coordinates, scatter
from experiments.report.numeric_axis import NumericAxis, numeric_axis
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


RATES = [f"{10**exponent:.6g}" for exponent in np.random.default_rng(0).uniform(-4, -1, 8)]


def test_values_drawn_from_a_log_interval_have_a_logarithmic_scale():
    axis = numeric_axis(RATES)
    assert axis == NumericAxis(min(map(float, RATES)), max(map(float, RATES)), log=True)
    assert axis.share(0.01) - axis.share(0.001) == pytest.approx(axis.share(0.1) - axis.share(0.01))
    assert axis.ticks() == [0.001, 0.01]
    evenly = [f"{value:.6g}" for value in np.random.default_rng(0).uniform(0.01, 1, 20)]
    assert not numeric_axis(evenly).log


@pytest.mark.parametrize("values", [["cnn", "timm"], ["0.1", "0.01", "0.001"], ["0", "1", "2"], ["0.12345"], ["", "1"]])
def test_words_and_a_few_typed_numbers_stand_side_by_side(values):
    assert numeric_axis(values) is None


def test_charts_of_a_log_interval_place_the_runs_by_their_value():
    values = np.linspace(0.2, 0.9, 8).tolist()
    drawn = scatter(points([(rate,) for rate in RATES], values), "training.optimizer.lr", numeric_axis(RATES), "κ")
    across = [float(x) for x in re.findall(r'cx="([\d.]+)"', drawn)]
    assert np.corrcoef(across, np.log([float(rate) for rate in RATES]))[0, 1] == pytest.approx(1, abs=1e-4)
    assert "training.optimizer.lr, logarithmic" in drawn
    two = points([(rate, "cnn") for rate in RATES], values)
    assert heat_map(two, ["lr", "backbone"]) is None
    lines = parallel_coordinates(two, ["lr", "backbone"], "κ")
    assert ">0.001</text>" in lines
    assert RATES[0] not in re.sub("<title>.*?</title>", "", lines)
