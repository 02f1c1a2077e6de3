"""Numbers, intervals and times as text."""

import math

import pytest

from experiments.console.numbers import (
    difference_text,
    duration,
    finite,
    interval,
    interval_position,
    number,
    p_text,
    period,
    short_number,
)


def test_a_published_value_lies_inside_above_or_below():
    assert [interval_position(value, 0.7, 0.8) for value in (0.7, 0.8, 0.75, 0.69, 0.81)] == ["inside"] * 3 + [
        "below",
        "above",
    ]
    assert interval_position(0.967, 0.9, 0.9667) == "inside", "0.967 may have been 0.9665"
    assert [interval_position(*arguments) for arguments in ((None, 0, 1), (0.5, None, 1), (0.5, 0, float("nan")))] == [
        "",
        "",
        "",
    ]


def test_numbers_intervals_and_times():
    assert [number(value) for value in (0.25, -0.25, 12.34, 4321, None, float("nan"), True, "x")] == [
        "0.250", "\N{MINUS SIGN}0.250", "12.3", "4,321", "–", "–", "–", "–",
    ]  # fmt: skip
    assert (interval(0.1, 0.2), interval(-0.1, 0.2), interval(None, 0.2)) == (
        "0.100–0.200",
        "\N{MINUS SIGN}0.100 to 0.200",
        "",
    )
    assert [duration(seconds) for seconds in (6.04, 194.4, 7500)] == ["6.0 s", "3 min 14 s", "2 h 5 min"]
    assert period("2026-11-23T19:24:52+00:00", "2026-11-23T20:01:02+00:00") == "2026-11-23 19:24 to 20:01"
    assert period("2026-11-23T19:24:52", "2026-11-24T20:01:02") == "2026-11-23 19:24 to 2026-11-24 20:01"
    assert (
        period("2026-11-23T19:24:52", "") == period("2026-11-23T19:24:52", "2026-11-23T19:24:59") == "2026-11-23 19:24"
    )
    assert finite(math.inf) is None


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((0.21, 0.15, 0.27), "+.21 [.15, .27]"),
        ((-0.21, -0.27, 0.004), "-.21 [-.27, .00]"),
        ((0.012, -0.031, 0.055), "+.012 [-.031, .055]"),
        ((-1.02, -1.2, -0.999), "-1.02 [-1.20, -1.00]"),
        ((-0.0001, -0.0004, 0.0002), "+.000 [.000, .000]"),
        ((math.nan, math.nan, math.nan), "–"),
        ((0.21, math.nan, math.nan), "+.21"),
    ],
)
def test_a_difference(numbers, expected):
    assert difference_text(*numbers) == expected


def test_a_p_value():
    assert [p_text(p) for p in (0.0004, 0.0314, 0.9999, 1.0, math.nan)] == ["< .001", ".031", "1.000", "1.000", "–"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.81, ".81"), (0.999, "1.00"), (1.5, "1.50"), (12.3, "12"), (-0.25, "-.25"), (-0.001, ".00")],
)
def test_a_short_number(value, expected):
    assert short_number(value) == expected
