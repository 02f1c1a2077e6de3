import math

import pytest

from experiments.console.verdicts import difference_text, p_text, verdict_text


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((0.21, 0.15, 0.27), "+.21 [.15, .27]"),
        ((-0.21, -0.27, 0.004), "-.21 [-.27, .00]"),
        ((0.012, -0.031, 0.055), "+.012 [-.031, .055]"),
        ((-1.02, -1.2, -0.999), "-1.02 [-1.20, -1.00]"),
        ((-0.0001, -0.0004, 0.0002), "+.000 [.000, .000]"),
        ((math.nan, math.nan, math.nan), "–"),
    ],
)
def test_a_difference(numbers, expected):
    assert difference_text(*numbers) == expected


def test_a_p_value():
    assert [p_text(p) for p in (0.0004, 0.0314, 0.9999, 1.0, math.nan)] == ["< .001", ".031", "1.000", "1.000", "–"]


def test_each_word_has_a_colour_of_its_own():
    assert len({verdict_text(word).style for word in ("better", "worse", "indistinguishable")}) == 3
