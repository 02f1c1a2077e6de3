"""Metrics of pairs against scikit-learn, and their intervals against what they are of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve

from components.errors import DataError
from components.metrics import ScoredPairs, pair_metrics


def made(seed, m=120, objects=25, levels=12):
    generator = np.random.default_rng(seed)
    left = generator.integers(0, objects, m)
    same = generator.random(m) < 0.3
    right = np.where(same, left, (left + generator.integers(1, objects, m)) % objects)
    score = np.round((generator.random(m) + 0.5 * same) * levels) / levels
    names = np.array([f"o{one}" for one in range(objects)], dtype=object)
    return ScoredPairs(score, score > 0.8, same, names[left], names[right])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), levels=st.sampled_from([3, 12, 10_000]))
def test_values_are_scikit_learns(seed, levels):
    pairs = made(seed, levels=levels)
    if not pairs.same.any():
        return
    found = pair_metrics(pairs, precision=0.6, n_resamples=2)
    assert found["average_precision"].value == pytest.approx(average_precision_score(pairs.same, pairs.score))
    assert found["f1"].value == pytest.approx(f1_score(pairs.same, pairs.decided))
    precision, recall, _ = precision_recall_curve(pairs.same, pairs.score)
    assert found["recall_at_precision_60"].value == pytest.approx(recall[:-1][precision[:-1] >= 0.6].max(initial=0))
    assert found["found"].value == 1


def test_pairs_that_were_not_looked_at_are_missed():
    pairs = made(1)
    none = np.zeros(10, bool)
    more = ScoredPairs(
        np.concatenate([pairs.score, np.full(10, -np.inf)]), np.concatenate([pairs.decided, none]),
        np.concatenate([pairs.same, ~none]), np.concatenate([pairs.left, pairs.left[:10]]),
        np.concatenate([pairs.right, pairs.left[:10]]),
    )  # fmt: skip
    before, after = pair_metrics(pairs, n_resamples=2), pair_metrics(more, n_resamples=2)
    share = pairs.same.sum() / (pairs.same.sum() + 10)
    assert after["found"].value == pytest.approx(share)
    assert after["average_precision"].value == pytest.approx(share * before["average_precision"].value)
    assert after["precision"].value == before["precision"].value


def test_objects_are_drawn_and_not_pairs():
    """Twenty copies of every pair say nothing new: the interval stays as wide."""
    pairs = made(3, m=150, levels=10_000)
    copies = ScoredPairs(*(np.tile(getattr(pairs, name), 20) for name in ("score", "decided", "same", "left", "right")))
    one, many = pair_metrics(pairs), pair_metrics(copies)
    for name in ("precision", "recall", "f1", "average_precision"):
        assert many[name].high - many[name].low == pytest.approx(one[name].high - one[name].low, rel=0.15)
        assert one[name].low < one[name].value < one[name].high


def test_the_same_seed_gives_the_same_interval():
    assert pair_metrics(made(5), seed=1) == pair_metrics(made(5), seed=1)


def test_nothing_to_find_is_said():
    pairs = made(0)
    with pytest.raises(DataError, match="no pair of photos is of one object"):
        pair_metrics(ScoredPairs(pairs.score, pairs.decided, pairs.same & False, pairs.left, pairs.right))
