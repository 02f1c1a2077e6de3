"""How well injected faults are found, against scikit-learn, counting, and repetition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_score, recall_score, roc_auc_score

from components.metrics import injected_items, injected_metrics
from components.metrics.open_set.injected import precision_at_injected, weighted_metrics


def drawn(seed, n=40, *, ties=False):
    generator = np.random.default_rng(seed)
    injected = generator.random(n) < 0.3
    injected[:2] = True, False
    score = generator.normal(size=n) + injected
    return injected, score.round(0 if ties else 8), score > 0.8


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), ties=st.booleans())
def test_against_scikit_learn(seed, ties):
    injected, score, named = drawn(seed, ties=ties)
    found = {
        name: values[0]
        for name, values in weighted_metrics(
            injected, {"": score, "_other": -score}, {"": named}, np.ones((40, 1))
        ).items()
    }
    assert found["auroc"] == pytest.approx(roc_auc_score(injected, score))
    assert found["average_precision"] == pytest.approx(average_precision_score(injected, score))
    assert found["precision"] == pytest.approx(precision_score(injected, named, zero_division=np.nan), nan_ok=True)
    assert found["recall"] == pytest.approx(recall_score(injected, named))
    gain = average_precision_score(injected, -score) - average_precision_score(injected, score)
    assert found["gain_other"] == pytest.approx(gain)
    if not ties:
        top = np.argsort(-score)[: injected.sum()]
        assert found["precision_at_injected"] == pytest.approx(injected[top].mean())


def test_of_tied_photos_each_counts_with_the_same_share():
    injected = np.array([True, False, True, False, False])
    score = np.array([3.0, 2, 2, 2, 1])  # of three tied photos, one fits; a third of it is a fault
    assert precision_at_injected(injected, score, np.ones((5, 1)))[0] == pytest.approx((1 + 1 / 3) / 2)


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), ties=st.booleans())
def test_weights_are_repetitions_and_items_are_parts(seed, ties):
    injected, score, named = drawn(seed, ties=ties)
    times = np.random.default_rng(seed).integers(0, 4, 40)
    times[:2] = 1
    rows = np.repeat(np.arange(40), times)
    weighted = weighted_metrics(injected, {"": score}, {"": named}, times[:, None].astype(float))
    repeated = weighted_metrics(injected[rows], {"": score[rows]}, {"": named[rows]}, np.ones((len(rows), 1)))
    for name, values in weighted.items():
        assert values[0] == pytest.approx(repeated[name][0], nan_ok=True), name
    items = injected_items(injected, score)
    whole = weighted_metrics(injected, {"": score}, {}, np.ones((40, 1)))
    for name, values in items.items():
        assert np.isnan(values[~injected]).all()
        assert values[injected].mean() == pytest.approx(whole[name][0]), name


def test_estimates_have_intervals_around_them():
    injected, score, named = drawn(1, 300)
    found = injected_metrics(injected, {"": score, "_b": score}, {"": named}, n_resamples=200)
    for name, estimate in found.items():
        if name != "gain_b":
            assert estimate.low < estimate.value < estimate.high, name
            assert (estimate.low >= 0, estimate.high <= 1, estimate.n) == (True, True, 300)
    assert found["gain_b"].value == 0
    assert all(np.isnan(one.value) for one in injected_metrics(~injected & injected, {"": score}, {}).values())
