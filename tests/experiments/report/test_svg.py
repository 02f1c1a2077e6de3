"""Ticks and scales of drawings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.report.svg import Scale, round_ends, ticks


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
