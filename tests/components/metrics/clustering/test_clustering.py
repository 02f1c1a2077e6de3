"""Partitions against classes: scikit-learn's numbers, intervals, comparisons."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from sklearn import metrics as reference

from components.errors import ConfigError, DataError
from components.metrics import (
    ari_between_seeds,
    chance_warning,
    clustering_metrics,
    compare_partitions,
    contingency,
    matched,
    pair_confusion,
)
from components.metrics.clustering.clustering import METRICS, partition_metrics
from components.results import Partition


def made(n=200, classes=4, clusters=5, right=0.8, seed=0, noise=0.0, unlabelled=0):
    generator = np.random.default_rng(seed)
    truth = np.random.default_rng(99).integers(0, classes, n)
    cluster = np.where(generator.random(n) < right, truth, generator.integers(0, clusters, n))
    cluster[generator.random(n) < noise] = -1
    label = np.array([f"class {one}" for one in truth], dtype=object)
    label[:unlabelled] = ""
    return Partition(np.array([f"{row}.jpg" for row in range(n)], dtype=object), label, cluster)


def numbers(partition):
    weights = np.ones((len(partition), 1))
    return {name: float(value[0]) for name, value in partition_metrics(partition, weights, METRICS).items()}


def expected(label, cluster):
    table = reference.cluster.contingency_matrix(label, cluster)
    rows, columns = linear_sum_assignment(table, maximize=True)
    return {
        "ari": reference.adjusted_rand_score(label, cluster),
        "homogeneity": reference.homogeneity_score(label, cluster),
        "completeness": reference.completeness_score(label, cluster),
        "v_measure": reference.v_measure_score(label, cluster),
        "ami": reference.adjusted_mutual_info_score(label, cluster),
        "rand": reference.rand_score(label, cluster),
        "matched_accuracy": table[rows, columns].sum() / len(label),
    }


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 60), st.integers(1, 6), st.integers(1, 8), st.floats(0, 1), st.integers(0, 10_000))
def test_every_number_is_scikit_learns(n, classes, clusters, right, seed):
    partition = made(n, classes, clusters, right, seed)
    found, wanted = numbers(partition), expected(partition.label.astype(str), partition.cluster)
    if len(set(partition.label)) == len(partition.clusters) == n:
        assert found.pop("ami") == 1  # scikit-learn divides rounding by rounding here
        wanted.pop("ami")
    assert found == pytest.approx(wanted, abs=1e-9)


def test_weights_are_repetitions_except_that_a_photo_is_no_pair_with_itself():
    partition = made(40)
    weights = np.random.default_rng(0).integers(0, 4, 40)
    found = {
        name: value[0] for name, value in partition_metrics(partition, weights[:, None].astype(float), METRICS).items()
    }
    repeated = np.repeat(np.arange(40), weights)
    again = expected(partition.label.astype(str)[repeated], partition.cluster[repeated])
    for name in set(METRICS) - {"ari", "rand"}:
        assert found[name] == pytest.approx(again[name])
    left, right = np.triu_indices(len(repeated), 1)
    distinct = repeated[left] != repeated[right]
    left, right = repeated[left][distinct], repeated[right][distinct]
    agree = (partition.label[left] == partition.label[right]) == (partition.cluster[left] == partition.cluster[right])
    assert found["rand"] == pytest.approx(agree.mean())


def test_tables_are_scikit_learns_and_matching_puts_the_most_on_the_diagonal():
    partition = made(noise=0.1)
    table = contingency(partition)
    assert table.clusters == ("0", "1", "2", "3", "4", "noise")
    whole = reference.cluster.contingency_matrix(partition.label.astype(str), partition.cluster)
    assert (table.counts == np.roll(whole, -1, axis=1)).all()
    assert (
        pair_confusion(table) == reference.pair_confusion_matrix(partition.label.astype(str), partition.cluster)
    ).all()
    ordered = matched(table)
    assert ordered.clusters[-1] == "noise"
    rows, columns = linear_sum_assignment(table.counts[:, :-1], maximize=True)
    assert np.trace(ordered.counts) == table.counts[rows, columns].sum()


def test_noise_is_a_group_that_no_class_is_matched_with():
    label = np.array(["a"] * 6 + ["b"] * 2, dtype=object)
    cluster = np.array([-1] * 6 + [0, 0])
    found = numbers(Partition(np.arange(8).astype(str).astype(object), label, cluster))
    assert found["matched_accuracy"] == 0.25
    assert found["ari"] == 1
    assert found["homogeneity"] == 1


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """Photos drawn from one distribution: the interval of a draw holds the ARI of very many."""
    whole = numbers(made(60_000, seed=1))["ari"]
    inside = 0
    for seed in range(60):
        generator = np.random.default_rng([5, seed])
        big = made(60_000, seed=1)
        rows = np.zeros(60_000, dtype=bool)
        rows[generator.choice(60_000, 250, replace=False)] = True
        one = clustering_metrics([big.take(rows)], n_resamples=200, seed=seed)["ari"]
        inside += one.low <= whole <= one.high
    assert inside >= 50


def test_seeds_widen_the_interval_and_values_by_photo_are_means():
    partitions = [made(right=right, seed=seed) for seed, right in enumerate((0.5, 0.95))]
    values = np.linspace(0, 1, 200)
    values[0] = np.nan
    both = clustering_metrics(partitions, [{"silhouette": values}] * 2, n_resamples=300)
    alone = clustering_metrics(partitions[:1], n_resamples=300)
    assert both["ari"].high - both["ari"].low > 1.5 * (alone["ari"].high - alone["ari"].low)
    assert both["silhouette"].value == pytest.approx(np.nanmean(values))
    assert both["silhouette"].n == 199
    assert both["silhouette"].low < both["silhouette"].value < both["silhouette"].high


def test_photos_without_a_class_are_not_measured():
    found = clustering_metrics([made(unlabelled=50)], n_resamples=20)
    assert found["ari"].n == 150
    assert clustering_metrics([made(unlabelled=200)], [{"silhouette": np.ones(200)}], n_resamples=20).keys() == {
        "silhouette"
    }


def test_the_warning_of_few_photos_and_many_clusters():
    assert "fewer than 1,000" in chance_warning(made(999))
    assert chance_warning(made(1000)) is None
    assert "12 clusters are more than 10" in chance_warning(made(3000, 4, 12, right=0))
    assert chance_warning(made(200, unlabelled=200)) is None


def test_a_better_run_is_better_and_the_same_run_is_not():
    worse, better = [made(right=0.5, seed=seed) for seed in (0, 1)], [made(right=0.95, seed=seed) for seed in (2, 3)]
    found = compare_partitions(worse, better, ("ari", "v_measure"))
    assert [one.verdict for one in found] == ["better", "better"]
    assert found[0].difference == pytest.approx(
        np.mean([numbers(one)["ari"] for one in better]) - np.mean([numbers(one)["ari"] for one in worse])
    )
    assert compare_partitions(better, better)[0].p == 1
    assert compare_partitions(better, worse)[0].verdict == "worse"


def test_runs_of_equal_skill_are_seldom_told_apart():
    verdicts = [
        compare_partitions(
            [made(150, seed=(seed, 0, one)) for one in range(3)], [made(150, seed=(seed, 1, one)) for one in range(3)],
            n_resamples=200, seed=seed,
        )[0].verdict
        for seed in range(40)
    ]  # fmt: skip
    assert verdicts.count("indistinguishable") >= 35


def test_runs_share_their_photos_in_any_order():
    a, b = made(seed=0), made(seed=1)
    turned = Partition(b.ids[::-1], b.label[::-1], b.cluster[::-1])
    one, other = compare_partitions([a], [turned])[0], compare_partitions([a], [b])[0]
    assert (one.baseline, one.value, one.n) == pytest.approx((other.baseline, other.value, other.n))
    assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=0.01)
    keep = np.arange(200) < 120
    assert compare_partitions([a], [b.take(keep)])[0].n == 120


def test_what_cannot_be_compared_or_measured_says_why():
    a = made()
    with pytest.raises(ConfigError, match="Did you mean ari"):
        compare_partitions([a], [a], ("arii",))
    with pytest.raises(DataError, match="labels changed"):
        compare_partitions([a], [Partition(a.ids, np.roll(a.label, 1), a.cluster)])
    with pytest.raises(DataError, match="share 0 photos"):
        compare_partitions([a], [made(unlabelled=200)])
    with pytest.raises(DataError, match="other photos"):
        clustering_metrics([a, made(100)])
    with pytest.raises(DataError, match="is not known"):
        contingency(made(unlabelled=3))
    with pytest.raises(ValueError, match="twice"):
        Partition(np.array(["a", "a"], dtype=object), np.array(["", ""], dtype=object), np.zeros(2, dtype=np.int64))


@settings(max_examples=30, deadline=None)
@given(st.integers(5, 60), st.integers(2, 5), st.integers(1, 6), st.floats(0, 1), st.floats(0, 0.5))
def test_agreement_of_seeds_is_the_mean_of_scikit_learns_ari_over_pairs(n, seeds, clusters, right, noise):
    partitions = [made(n, 4, clusters, right, seed, noise) for seed in range(seeds)]
    found = ari_between_seeds(partitions, n_resamples=5)
    aris = np.array(
        [[reference.adjusted_rand_score(one.cluster, other.cluster) for other in partitions] for one in partitions]
    )
    of_each = (aris.sum(axis=1) - 1) / (seeds - 1)
    assert found.values == pytest.approx(of_each.tolist(), abs=1e-9)
    assert found.value == pytest.approx(of_each.mean(), abs=1e-9)
    assert found.n == n


def test_agreement_of_seeds_has_an_interval_and_needs_two():
    partitions = [made(right=0.7, seed=seed) for seed in range(5)]
    found = ari_between_seeds(partitions)
    assert found.low < found.value < found.high
    assert found.high - found.low < 0.4
    same = ari_between_seeds([partitions[0]] * 3)
    assert (same.value, same.low, same.high) == (1, 1, 1)
    with pytest.raises(DataError, match="from two on"):
        ari_between_seeds(partitions[:1])
