"""Metrics of one partition against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from sklearn import metrics as reference

from components.metrics.clustering import PARTITION_METRICS, partition_metrics
from components.results import Partition


def numbers(partition):
    weights = np.ones((len(partition), 1))
    return {name: float(value[0]) for name, value in partition_metrics(partition, weights, PARTITION_METRICS).items()}


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
def test_every_number_is_scikit_learns(make_partition, n, classes, clusters, right, seed):
    partition = make_partition(n, classes, clusters, right, seed)
    found, wanted = numbers(partition), expected(partition.label.astype(str), partition.cluster)
    if len(set(partition.label)) == len(partition.clusters) == n:
        assert found.pop("ami") == 1  # scikit-learn divides rounding by rounding here
        wanted.pop("ami")
    assert found == pytest.approx(wanted, abs=1e-9)


def test_weights_are_repetitions_except_that_a_photo_is_no_pair_with_itself(make_partition):
    partition = make_partition(40)
    weights = np.random.default_rng(0).integers(0, 4, 40)
    found = {
        name: value[0]
        for name, value in partition_metrics(partition, weights[:, None].astype(float), PARTITION_METRICS).items()
    }
    repeated = np.repeat(np.arange(40), weights)
    again = expected(partition.label.astype(str)[repeated], partition.cluster[repeated])
    for name in set(PARTITION_METRICS) - {"ari", "rand"}:
        assert found[name] == pytest.approx(again[name])
    left, right = np.triu_indices(len(repeated), 1)
    distinct = repeated[left] != repeated[right]
    left, right = repeated[left][distinct], repeated[right][distinct]
    agree = (partition.label[left] == partition.label[right]) == (partition.cluster[left] == partition.cluster[right])
    assert found["rand"] == pytest.approx(agree.mean())


def test_noise_is_a_group_that_no_class_is_matched_with():
    label = np.array(["a"] * 6 + ["b"] * 2, dtype=object)
    cluster = np.array([-1] * 6 + [0, 0])
    found = numbers(Partition(np.arange(8).astype(str).astype(object), label, cluster))
    assert found["matched_accuracy"] == 0.25
    assert found["ari"] == 1
    assert found["homogeneity"] == 1
