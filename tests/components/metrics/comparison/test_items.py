"""Means over items and their difference, against slow versions and scipy."""

import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from components.errors import ConfigError, DataError
from components.metrics import compare_items, item_metrics, verdict_table
from components.results import PerItemMetrics


def items(values, prefix="query", metric="reciprocal_rank"):
    values = np.asarray(values, dtype=np.float64)
    return PerItemMetrics(np.array([f"{prefix}{row}" for row in range(len(values))], dtype=object), {metric: values})


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=4))
def test_values_are_means_of_each_replicate(replicates):
    found = item_metrics([items(one) for one in replicates], n_resamples=50)["reciprocal_rank"]
    assert found.values == pytest.approx([np.mean(one) for one in replicates])
    assert found.value == pytest.approx(np.mean(replicates))
    assert found.n == 3
    assert found.low - 1e-12 <= np.max(replicates)
    assert found.high + 1e-12 >= np.min(replicates)


def test_the_interval_of_one_replicate_is_the_bootstrap_of_scipy():
    values = np.random.default_rng(0).beta(2, 3, 80)
    found = item_metrics([items(values)], n_resamples=4000)["reciprocal_rank"]
    expected = stats.bootstrap((values,), np.mean, n_resamples=4000, method="percentile", rng=1).confidence_interval
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=0.006)


def test_an_item_on_which_a_metric_is_undefined_is_left_out_of_it(caplog):
    with caplog.at_level(logging.WARNING):
        found = item_metrics([items([1.0, np.nan, 0.5])])["reciprocal_rank"]
        nothing = item_metrics([items([np.nan, np.nan])])["reciprocal_rank"]
    assert (found.value, found.n) == (0.75, 2)
    assert np.isnan(nothing.value)
    assert nothing.n == 0
    assert "undefined on all of the 2 items" in caplog.text


def test_one_replicate_each_is_a_paired_t_test_of_the_items():
    generator = np.random.default_rng(3)
    a = generator.random(120)
    b = a + generator.normal(0.02, 0.1, 120)
    (found,) = compare_items([items(a)], [items(b)], ["reciprocal_rank"], n_resamples=8000)
    expected = stats.ttest_rel(b, a)
    interval = expected.confidence_interval()
    assert found.difference == pytest.approx((b - a).mean())
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=0.002)
    assert found.p == pytest.approx(expected.pvalue, abs=0.01)
    assert found.n == 120


def test_what_is_paired_counts_and_not_the_order_of_the_items():
    generator = np.random.default_rng(0)
    a = generator.random(50)
    b = items(a + 0.01 + generator.normal(0, 0.005, 50))
    order = generator.permutation(50)
    shuffled = PerItemMetrics(b.ids[order], {"reciprocal_rank": b.metrics["reciprocal_rank"][order]})
    straight, other = (compare_items([items(a)], [one], ["reciprocal_rank"])[0] for one in (b, shuffled))
    assert straight.p == pytest.approx(other.p)
    assert straight.verdict == "better"


def test_seeds_count_where_there_are_several():
    generator = np.random.default_rng(0)
    base = generator.random(400)
    a = [items(base + shift) for shift in (0.0, 0.1, -0.1)]
    b = [items(base + 0.03 + shift) for shift in (0.1, -0.1, 0.0)]
    (found,) = compare_items(a, b, ["reciprocal_rank"])
    assert found.difference == pytest.approx(0.03)
    assert found.verdict == "indistinguishable"
    assert found.replicates == (3, 3)
    expected = stats.ttest_ind([0.13, -0.07, 0.03], [0.0, 0.1, -0.1], equal_var=False)
    assert found.p == pytest.approx(expected.pvalue, abs=0.01)


def test_five_items_prove_nothing():
    (found,) = compare_items([items([0, 0, 0, 0, 0])], [items([1, 1, 1, 1, 1])], ["reciprocal_rank"])
    assert found.p == 2**-4
    assert found.verdict == "indistinguishable"


def test_only_shared_items_count():
    a, b = items([0.0, 0.5, 1.0, 0.2]), items([0.1, 0.6, 0.9])
    (found,) = compare_items([a], [b], ["reciprocal_rank"])
    assert (found.n, found.baseline) == (3, 0.5)


def test_the_table_holds_items_together():
    runs = {"a": [items(np.zeros(30))], "b": [items(np.ones(30))]}
    table = verdict_table(runs, "a", ["reciprocal_rank"], comparison=compare_items)
    assert table["verdict"].tolist() == ["better"]


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(DataError, match=r"share 0 items.*'query0' and 'other0'"):
        compare_items([items([1, 2])], [items([1, 2], "other")], ["reciprocal_rank"])
    with pytest.raises(ConfigError, match=r"'reciprocal_rang'\. Did you mean reciprocal_rank\?"):
        compare_items([items([1, 2])], [items([1, 2])], ["reciprocal_rang"])
    with pytest.raises(DataError, match="cannot be paired"):
        compare_items([items([1, 2])], [items([1, 2])] * 2, ["reciprocal_rank"], paired=True)
    with pytest.raises(DataError, match="replicate 1 of the second run"):
        compare_items([items([1, 2])], [items([1, 2]), items([1], "other")], ["reciprocal_rank"])
    with pytest.raises(DataError, match="no items"):
        item_metrics([])
    with pytest.raises(ValueError, match="an item twice"):
        PerItemMetrics(np.array(["a", "a"], dtype=object), {})


def test_items_that_hang_together_are_drawn_together():
    """Ten copies of every item in the group of the first say nothing new: interval and verdict stay as they are."""
    values = np.random.default_rng(1).random((2, 40))
    better = [np.clip(one + 0.1, 0, 1) for one in values]
    group = np.repeat(np.array([f"object {row}" for row in range(40)], dtype=object), 10)

    def copies(one):
        return PerItemMetrics(items(np.repeat(one, 10)).ids, {"map": np.repeat(one, 10)}, group)

    once, often = items(values[0], metric="map"), copies(values[0])
    found, expected = item_metrics([often])["map"], item_metrics([once])["map"]
    assert found.n == 400
    assert (found.value, found.low, found.high) == pytest.approx((expected.value, expected.low, expected.high))
    (verdict,) = compare_items([often], [copies(better[1])], ["map"])
    (plain,) = compare_items([once], [items(better[1], metric="map")], ["map"])
    assert (verdict.low, verdict.high, verdict.p) == pytest.approx((plain.low, plain.high, plain.p))
    loose = PerItemMetrics(often.ids, often.metrics)
    assert item_metrics([loose])["map"].high - item_metrics([loose])["map"].low < 0.5 * (found.high - found.low)


def test_a_group_is_of_every_item():
    with pytest.raises(ValueError, match="group has shape"):
        PerItemMetrics(np.array(["a", "b"], dtype=object), {"map": np.zeros(2)}, np.array(["c"], dtype=object))
