"""McNemar's exact test against a sum of binomials."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.metrics import mcnemar


def slow_mcnemar(only_a: int, only_b: int) -> float:
    """Chance, over all ways in which fair coins can fall, of a split at least as uneven."""
    total = only_a + only_b
    uneven = abs(only_b - only_a)
    return sum(math.comb(total, k) for k in range(total + 1) if abs(total - 2 * k) >= uneven) / 2**total


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_the_chance_of_a_split_as_uneven(only_a: int, only_b: int) -> None:
    assert mcnemar(only_a, only_b) == pytest.approx(slow_mcnemar(only_a, only_b))


def test_mcnemar_refuses_negative_counts() -> None:
    with pytest.raises(ValueError, match="-1"):
        mcnemar(-1, 3)
