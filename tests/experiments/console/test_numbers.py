"""Numbers, intervals and times as text."""

from experiments.console.numbers import duration, interval, interval_position, number, period


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
