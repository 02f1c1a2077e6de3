"""What counts of correct photos alone decide, against every possible pairing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.errors import DataError
from components.metrics import compare_counts, mcnemar


def test_the_thesiss_rest_class_and_dual_network_are_indistinguishable() -> None:
    found = compare_counts(173, 171, 181)
    assert found.verdict == "indistinguishable"
    assert found.p_low == pytest.approx(0.5)
    assert found.discordant_low == 2
    assert found.discordant_high == 8 + 10  # at most: all 8 errors of the one apart from all 10 of the other
    assert found.difference == pytest.approx(-2 / 181)


def test_the_thesiss_cnn_and_mobilenet_are_told_apart_whatever_the_photos() -> None:
    found = compare_counts(113, 147, 152)
    assert found.verdict == "better"
    assert found.p_high < 1e-6
    assert compare_counts(147, 113, 152).verdict == "worse"


def test_counts_may_not_decide() -> None:
    found = compare_counts(130, 140, 152)
    assert found.verdict == "depends"
    assert found.p_low < 0.05 <= found.p_high
    assert compare_counts(130, 140, 152, confidence=0.1).verdict == "better"


@settings(max_examples=60)
@given(st.integers(1, 25).flatmap(lambda n: st.tuples(st.integers(0, n), st.integers(0, n), st.just(n))))
def test_the_bounds_are_those_of_every_possible_pairing(counts: tuple[int, int, int]) -> None:
    right_a, right_b, n = counts
    found = compare_counts(right_a, right_b, n)
    possible = {}
    for both in range(n + 1):
        only_a, only_b, neither = right_a - both, right_b - both, n - right_a - right_b + both
        if min(only_a, only_b, neither) >= 0:
            possible[only_a + only_b] = mcnemar(only_a, only_b)
    assert (found.discordant_low, found.discordant_high) == (min(possible), max(possible))
    assert found.p_low == pytest.approx(min(possible.values()))
    assert found.p_high == pytest.approx(max(possible.values()))
    alike = {p < 0.05 for p in possible.values()}
    word = "better" if right_b > right_a else "worse"
    assert found.verdict == ("depends" if len(alike) == 2 else word if alike == {True} else "indistinguishable")


@pytest.mark.parametrize("counts", [(3, 5, 4), (-1, 2, 4), (0, 0, 0)])
def test_counts_that_do_not_fit_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(DataError, match="expected counts"):
        compare_counts(*counts)
