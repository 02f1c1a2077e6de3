import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.training import schedules


@given(st.floats(0, 1))
def test_factors_stay_between_zero_and_one(progress):
    for schedule in (schedules.constant, schedules.cosine, schedules.linear, schedules.steps):
        assert 0 <= schedule(progress) <= 1


def test_cosine_is_half_way_down_in_the_middle():
    assert schedules.cosine(0.5, warmup=0.0) == pytest.approx(0.5)
    assert schedules.cosine(0.25, warmup=0.0) == pytest.approx((1 + math.sqrt(0.5)) / 2)
    assert schedules.cosine(1.0) == pytest.approx(0.0)


def test_warmup_increases_from_zero_to_the_full_rate():
    for schedule in (schedules.cosine, schedules.linear):
        assert schedule(0.0, warmup=0.1) == 0.0
        assert schedule(0.05, warmup=0.1) == pytest.approx(0.5)
        assert schedule(0.1, warmup=0.1) == pytest.approx(1.0)


def test_steps_multiply_at_each_milestone():
    found = [schedules.steps(progress, milestones=[0.5, 0.75], gamma=0.1) for progress in (0.4, 0.5, 0.8)]
    assert found == pytest.approx([1.0, 0.1, 0.01])
