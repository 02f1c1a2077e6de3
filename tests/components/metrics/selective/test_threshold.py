import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from scipy.stats import binom

from components.errors import ConfigError
from components.metrics import selective_threshold


def slow(score, wrong, risk, confidence):
    """Set by set from the surest: would so few errors be seen in 1 - confidence of cases if the rate were `risk`?"""
    best = math.inf
    for threshold in sorted(set(score.tolist()), reverse=True):
        decided = score >= threshold
        if binom.cdf(0, decided.sum(), risk) > 1 - confidence:
            continue  # too few even without an error
        if binom.cdf(wrong[decided].sum(), decided.sum(), risk) > 1 - confidence:
            break
        best = threshold
    return best


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 150), st.sampled_from([0.05, 0.1, 0.3]), st.sampled_from([0.8, 0.9]))
def test_it_is_the_slow_search(seed, n, risk, confidence):
    generator = np.random.default_rng(seed)
    score = generator.integers(0, 20, n) / 20
    wrong = generator.random(n) > score
    assert selective_threshold(score, wrong, risk, confidence) == slow(score, wrong, risk, confidence)


def test_the_error_rate_is_kept_on_cases_to_come():
    """Of 300 drawn validations at most about a tenth give a threshold whose true risk is above 10 %."""
    broken = 0
    for seed in range(300):
        generator = np.random.default_rng(seed)
        score = generator.random(200)
        wrong = generator.random(200) > 0.6 + 0.4 * score
        threshold = selective_threshold(score, wrong, max_error_rate=0.1, confidence=0.9)
        if math.isfinite(threshold):
            true_risk = 0.4 - 0.4 * (1 + threshold) / 2  # mean over scores above the threshold
            broken += true_risk > 0.1
    assert broken <= 40


def test_too_few_cases_decide_nothing():
    assert selective_threshold(np.ones(44), np.zeros(44, dtype=bool), 0.05, 0.9) == math.inf
    assert selective_threshold(np.ones(45), np.zeros(45, dtype=bool), 0.05, 0.9) == 1.0
    assert selective_threshold(np.empty(0), np.empty(0, dtype=bool), 0.05) == math.inf


def test_shares_are_checked():
    with pytest.raises(ConfigError, match="max_error_rate=5"):
        selective_threshold(np.ones(3), np.zeros(3, dtype=bool), max_error_rate=5)
