import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.console.numbers import duration, interval, number, period, place_of
from experiments.report.charts import Point, dots, heat_map, parallel_coordinates
from experiments.report.differences import ABSENT, flatten, over_runs, splits
from experiments.report.run_tables import curves, mistakes, table_of
from experiments.report.svg import Scale, element, round_ends, ticks


def points(settings, values):
    return [
        Point(at, tuple(one), value, value - 0.1, value + 0.1, None, "")
        for at, (one, value) in enumerate(zip(settings, values, strict=True))
    ]


def test_a_published_figure_lies_inside_above_or_below():
    assert [place_of(one, 0.7, 0.8) for one in (0.7, 0.8, 0.75, 0.69, 0.81)] == ["inside"] * 3 + ["below", "above"]
    assert place_of(0.967, 0.9, 0.9667) == "inside", "0.967 may have been 0.9665"
    assert [place_of(*one) for one in ((None, 0, 1), (0.5, None, 1), (0.5, 0, float("nan")))] == ["", "", ""]


def test_numbers_intervals_and_times():
    assert [number(one) for one in (0.25, -0.25, 12.34, 4321, None, float("nan"), True, "x")] == [
        "0.250", "\N{MINUS SIGN}0.250", "12.3", "4,321", "–", "–", "–", "–",
    ]  # fmt: skip
    assert (interval(0.1, 0.2), interval(-0.1, 0.2), interval(None, 0.2)) == (
        "0.100–0.200",
        "\N{MINUS SIGN}0.100 to 0.200",
        "",
    )
    assert [duration(one) for one in (6.04, 194.4, 7500)] == ["6.0 s", "3 min 14 s", "2 h 5 min"]
    assert period("2026-11-23T19:24:52+00:00", "2026-11-23T20:01:02+00:00") == "2026-11-23 19:24 to 20:01"
    assert period("2026-11-23T19:24:52", "2026-11-24T20:01:02") == "2026-11-23 19:24 to 2026-11-24 20:01"
    assert (
        period("2026-11-23T19:24:52", "") == period("2026-11-23T19:24:52", "2026-11-23T19:24:59") == "2026-11-23 19:24"
    )


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


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_ticks_are_round_few_and_between(one, other):
    low, high = min(one, other), max(one, other)
    found = ticks(low, high)
    assert 1 <= len(found) <= 6
    if high - low > 1e-6:
        margin = 1e-9 * max(1, abs(low), abs(high))
        assert all(low - margin <= value <= high + margin for value in found)
        assert found == sorted(set(found))


@pytest.mark.parametrize("low", [0.75, 0.8, 0.853, 0.913, 0.9985])
def test_a_dot_at_one_stands_on_the_last_line_of_the_grid(low):
    assert ticks(low, 1.0)[-1] == 1.0  # 1.0 // 0.05 is 19
    assert round_ends(low, 1.0)[1] == 1.0


@given(st.floats(-100, 100), st.floats(0.001, 100))
def test_round_ends_hold_everything_and_are_on_the_grid(low, size):
    high = low + size
    left, right = round_ends(low, high)
    assert left <= low + 1e-7
    assert right >= high - 1e-7
    found = ticks(low, high)
    if len(found) > 1:
        step = found[1] - found[0]
        assert low - left <= step * (1 + 1e-6)
        assert right - high <= step * (1 + 1e-6)


@given(st.floats(-10, 10), st.floats(0.001, 10), st.floats(-20, 20))
def test_a_scale_keeps_within_its_ends(low, size, value):
    scale = Scale(low, low + size, 10, 90)
    assert 10 <= scale(value) <= 90
    assert scale(low) == 10
    assert Scale(low, low, 10, 90)(value) == 50


def test_keys_that_divide_the_runs_alike_stand_together():
    configs = [
        {"backbone": {"name": "cnn"}, "lr": 1, "epochs": 25, "zoom": [1, 2]},
        {"backbone": {"name": "timm", "weights": "imagenet"}, "lr": 1, "epochs": 25, "zoom": [1, 2]},
        {"backbone": {"name": "cnn"}, "lr": 2, "epochs": 25, "zoom": [1, 2]},
    ]
    found = splits(over_runs({at: flatten(one) for at, one in enumerate(configs)}))
    assert [(one.groups, one.keys) for one in found] == [
        (((0, 2), (1,)), (("backbone.name", ("cnn", "timm")), ("backbone.weights", (ABSENT, "imagenet")))),
        (((0, 1), (2,)), (("lr", ("1", "2")),)),
    ]
    assert flatten({"a": [{"b": 1}, {"b": None}], "c": {}}) == {"a[0].b": "1", "a[1].b": "null", "c": "{}"}


def test_the_most_confident_mistakes_over_replicates(tmp_path):
    rows = [
        # replicate, photo, is, was taken for, score of a
        (0, "1.jpg", "a", "b", 0.1), (1, "1.jpg", "a", "b", 0.3), (0, "2.jpg", "b", "a", 0.95),
        (1, "2.jpg", "b", "b", 0.4),
        (0, "3.jpg", "a", "a", 0.9), (1, "3.jpg", "a", "a", 0.9),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["replicate", "id", "y_true", "y_pred", "score_a"])
    frame["score_b"] = 1 - frame["score_a"]
    frame.to_parquet(tmp_path / "predictions.parquet")
    found = mistakes(tmp_path)
    assert (found.photos, found.of) == (2, 3)
    assert found.table.rows == (("1.jpg", "a", "b", "0.800", "2 of 2"), ("2.jpg", "b", "a", "0.950", "1 of 2"))
    frame.drop(columns=["score_a", "score_b"]).to_parquet(tmp_path / "predictions.parquet")
    assert mistakes(tmp_path) is None


def test_tables_leave_out_empty_columns_and_keep_whole_numbers_whole():
    frame = pd.DataFrame({"class": ["a", None], "p": [0.5, 1.0], "std": [np.nan, np.nan], "n": [62.0, np.nan]})
    found = table_of(frame, "report.csv")
    assert found.columns == ("class", "p", "n")
    assert found.rows == (("a", "0.500", "62"), ("", "1.000", ""))
    assert found.numeric == (False, True, True)
    assert table_of(pd.DataFrame({"x": range(50)}), "x.csv").more == 10


@pytest.mark.parametrize("replicates", [1, 3])
def test_curves_are_means_with_bands(tmp_path, replicates):
    frames = [
        pd.DataFrame({"replicate": at, "epoch": [1, 2, 3], "phase": ["augmented", "plain", "plain"],
                      "train_loss": [3.0 + at, 2, 1], "validation_loss": np.nan})
        for at in range(replicates)
    ]  # fmt: skip
    pd.concat(frames).to_csv(tmp_path / "curves.csv", index=False)
    (drawn,) = curves(tmp_path)
    assert drawn.count('class="band train"') == (replicates > 1)
    assert drawn.count('class="phase"') == 1
    line = re.search(r'd="M([^"]+)" class="curve train"', drawn.split("band")[-1])[1]
    heights = [float(point.split()[1]) for point in line.split("L")]
    top, bottom = 28, 184
    expected = [bottom - (bottom - top) * value / (2 + replicates) for value in (3 + (replicates - 1) / 2, 2, 1)]
    assert heights == pytest.approx(expected, abs=0.06)


def test_long_trainings_are_thinned_and_no_curves_are_none(tmp_path):
    assert curves(tmp_path) == []
    pd.DataFrame({"epoch": range(1, 1001), "train_loss": 1.0}).to_csv(tmp_path / "curves.csv", index=False)
    (drawn,) = curves(tmp_path)
    assert drawn.count("L") < 200
    (tmp_path / "curves.csv").write_text("", encoding="utf-8")
    assert curves(tmp_path) == []
