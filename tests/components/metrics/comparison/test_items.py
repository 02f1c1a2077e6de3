"""The difference of means over items, against SciPy."""

import numpy as np
import pytest
from scipy import stats

from components.errors import ConfigError, DataError
from components.metrics import compare_items, item_metrics, verdict_table
from components.results import PerItemMetrics


def test_one_replicate_each_is_a_paired_t_test_of_the_items(make_items):
    generator = np.random.default_rng(3)
    a = generator.random(120)
    b = a + generator.normal(0.02, 0.1, 120)
    (found,) = compare_items([make_items(a)], [make_items(b)], ["reciprocal_rank"], n_resamples=8000)
    expected = stats.ttest_rel(b, a)
    interval = expected.confidence_interval()
    assert found.difference == pytest.approx((b - a).mean())
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=0.002)
    assert found.p == pytest.approx(expected.pvalue, abs=0.01)
    assert found.n == 120


def test_what_is_paired_counts_and_not_the_order_of_the_items(make_items):
    generator = np.random.default_rng(0)
    a = generator.random(50)
    b = make_items(a + 0.01 + generator.normal(0, 0.005, 50))
    order = generator.permutation(50)
    shuffled = PerItemMetrics(b.ids[order], {"reciprocal_rank": b.metrics["reciprocal_rank"][order]})
    straight, other = (compare_items([make_items(a)], [one], ["reciprocal_rank"])[0] for one in (b, shuffled))
    assert straight.p == pytest.approx(other.p)
    assert straight.verdict == "better"


def test_seeds_count_where_there_are_several(make_items):
    generator = np.random.default_rng(0)
    base = generator.random(400)
    a = [make_items(base + shift) for shift in (0.0, 0.1, -0.1)]
    b = [make_items(base + 0.03 + shift) for shift in (0.1, -0.1, 0.0)]
    (found,) = compare_items(a, b, ["reciprocal_rank"])
    assert found.difference == pytest.approx(0.03)
    assert found.verdict == "indistinguishable"
    assert found.replicates == (3, 3)
    expected = stats.ttest_ind([0.13, -0.07, 0.03], [0.0, 0.1, -0.1], equal_var=False)
    assert found.p == pytest.approx(expected.pvalue, abs=0.01)


def test_five_items_prove_nothing(make_items):
    (found,) = compare_items([make_items([0, 0, 0, 0, 0])], [make_items([1, 1, 1, 1, 1])], ["reciprocal_rank"])
    assert found.p == 2**-4
    assert found.verdict == "indistinguishable"


def test_only_shared_items_count(make_items):
    a, b = make_items([0.0, 0.5, 1.0, 0.2]), make_items([0.1, 0.6, 0.9])
    (found,) = compare_items([a], [b], ["reciprocal_rank"])
    assert (found.n, found.baseline) == (3, 0.5)


def test_the_table_holds_items_together(make_items):
    runs = {"a": [make_items(np.zeros(30))], "b": [make_items(np.ones(30))]}
    table = verdict_table(runs, "a", ["reciprocal_rank"], comparison=compare_items)
    assert table["verdict"].tolist() == ["better"]


def test_what_cannot_be_compared_is_refused(make_items):
    with pytest.raises(DataError, match=r"share 0 items.*'query0' and 'other0'"):
        compare_items([make_items([1, 2])], [make_items([1, 2], "other")], ["reciprocal_rank"])
    with pytest.raises(ConfigError, match=r"'reciprocal_rang'\. Did you mean reciprocal_rank\?"):
        compare_items([make_items([1, 2])], [make_items([1, 2])], ["reciprocal_rang"])
    with pytest.raises(DataError, match="cannot be paired"):
        compare_items([make_items([1, 2])], [make_items([1, 2])] * 2, ["reciprocal_rank"], paired=True)
    with pytest.raises(DataError, match="replicate 1 of the second run"):
        compare_items([make_items([1, 2])], [make_items([1, 2]), make_items([1], "other")], ["reciprocal_rank"])


def test_items_of_one_group_are_drawn_together(make_items):
    """Ten copies of every item in the group of the first say nothing new: interval and verdict stay as they are."""
    values = np.random.default_rng(1).random((2, 40))
    better = [np.clip(one + 0.1, 0, 1) for one in values]
    group = np.repeat(np.array([f"object {row}" for row in range(40)], dtype=object), 10)

    def copies(one):
        return PerItemMetrics(make_items(np.repeat(one, 10)).ids, {"map": np.repeat(one, 10)}, group)

    once, often = make_items(values[0], metric="map"), copies(values[0])
    found, expected = item_metrics([often])["map"], item_metrics([once])["map"]
    assert found.n == 400
    assert (found.value, found.low, found.high) == pytest.approx((expected.value, expected.low, expected.high))
    (verdict,) = compare_items([often], [copies(better[1])], ["map"])
    (plain,) = compare_items([once], [make_items(better[1], metric="map")], ["map"])
    assert (verdict.low, verdict.high, verdict.p) == pytest.approx((plain.low, plain.high, plain.p))
    loose = PerItemMetrics(often.ids, often.metrics)
    assert item_metrics([loose])["map"].high - item_metrics([loose])["map"].low < 0.5 * (found.high - found.low)
