import math

import pytest

from components.metrics import wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (173, 181, 0.915, 0.977),  # the thesis: rest class
        (171, 181, 0.901, 0.970),  # the thesis: dual CNN
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_intervals(successes: int, n: int, low: float, high: float) -> None:
    digits = 3 if n == 181 else 4
    assert wilson(successes, n) == pytest.approx((low, high), abs=0.5000001 * 10**-digits)


@pytest.mark.parametrize(("successes", "n", "confidence"), [(3, 10, 0.95), (40, 152, 0.9), (9.5, 12.25, 0.99)])
def test_ends_solve_the_score_equation(successes: float, n: float, confidence: float) -> None:
    z = {0.95: 1.959963985, 0.9: 1.644853627, 0.99: 2.575829304}[confidence]
    for end in wilson(successes, n, confidence):
        assert abs(successes / n - end) / math.sqrt(end * (1 - end) / n) == pytest.approx(z, rel=1e-8)


def test_all_right_and_all_wrong_stay_within_the_unit_interval() -> None:
    assert wilson(12, 12)[1] == 1.0
    assert wilson(0, 12)[0] == 0.0
    assert wilson(12, 12)[0] == pytest.approx(1 - wilson(0, 12)[1])


@pytest.mark.parametrize(("successes", "n"), [(1, 0), (-1, 5), (6, 5), (math.nan, 5)])
def test_impossible_counts_are_refused(successes: float, n: float) -> None:
    with pytest.raises(ValueError, match="0 <= successes <= n"):
        wilson(successes, n)


def test_coverage_is_exact_enough_for_the_thesis_sample_size() -> None:
    n = 152
    for p in (0.5, 0.74, 0.9, 0.967):
        terms = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
        coverage = sum(term for k, term in enumerate(terms) if wilson(k, n)[0] <= p <= wilson(k, n)[1])
        assert 0.93 < coverage < 0.975
