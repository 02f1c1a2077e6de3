"""Means over items and their intervals, against slow versions and SciPy."""

import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from components.errors import DataError
from components.metrics import item_metrics


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=4))
def test_values_are_means_of_each_replicate(make_items, replicates):
    found = item_metrics([make_items(one) for one in replicates], n_resamples=50)["reciprocal_rank"]
    assert found.values == pytest.approx([np.mean(one) for one in replicates])
    assert found.value == pytest.approx(np.mean(replicates))
    assert found.n == 3
    if np.isnan(found.low):  # all items are alike
        assert np.ptp(replicates) < 1e-9
    else:
        assert found.low - 1e-12 <= found.value <= found.high + 1e-12


def test_the_interval_of_one_replicate_is_the_bootstrap_of_scipy(make_items):
    values = np.random.default_rng(0).beta(2, 3, 80)
    found = item_metrics([make_items(values)], n_resamples=4000)["reciprocal_rank"]
    expected = stats.bootstrap((values,), np.mean, n_resamples=4000, method="percentile", rng=1).confidence_interval
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=0.006)


def test_an_item_on_which_a_metric_is_undefined_is_left_out_of_it(make_items, caplog):
    with caplog.at_level(logging.WARNING):
        found = item_metrics([make_items([1.0, np.nan, 0.5])])["reciprocal_rank"]
        nothing = item_metrics([make_items([np.nan, np.nan])])["reciprocal_rank"]
    assert (found.value, found.n) == (0.75, 2)
    assert np.isnan(nothing.value)
    assert nothing.n == 0
    assert "undefined on all of the 2 items" in caplog.text


def test_every_replicate_needs_items(make_items):
    for replicates in ([], [make_items([1.0]), make_items([])]):
        with pytest.raises(DataError, match="no items"):
            item_metrics(replicates)
