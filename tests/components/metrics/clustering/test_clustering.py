"""Metrics of several partitions: intervals, photos without a class, warnings."""

import numpy as np
import pytest

from components.errors import DataError
from components.metrics import chance_warning, clustering_metrics
from components.metrics.clustering import partition_metrics


def ari(partition):
    return float(partition_metrics(partition, np.ones((len(partition), 1)), ["ari"])["ari"][0])


def test_intervals_hold_the_truth_about_as_often_as_they_say(make_partition):
    """Photos drawn from one distribution: the interval of a draw holds the ARI of very many."""
    whole = ari(make_partition(60_000, seed=1))
    inside = 0
    for seed in range(60):
        generator = np.random.default_rng([5, seed])
        big = make_partition(60_000, seed=1)
        rows = np.zeros(60_000, dtype=bool)
        rows[generator.choice(60_000, 250, replace=False)] = True
        one = clustering_metrics([big.take(rows)], n_resamples=200, seed=seed)["ari"]
        inside += one.low <= whole <= one.high
    assert inside >= 50


def test_seeds_widen_the_interval_and_values_by_photo_are_means(make_partition):
    partitions = [make_partition(right=right, seed=seed) for seed, right in enumerate((0.5, 0.95))]
    values = np.linspace(0, 1, 200)
    values[0] = np.nan
    both = clustering_metrics(partitions, [{"silhouette": values}] * 2, n_resamples=300)
    alone = clustering_metrics(partitions[:1], n_resamples=300)
    assert both["ari"].high - both["ari"].low > 1.5 * (alone["ari"].high - alone["ari"].low)
    assert both["silhouette"].value == pytest.approx(np.nanmean(values))
    assert both["silhouette"].n == 199
    assert both["silhouette"].low < both["silhouette"].value < both["silhouette"].high


def test_photos_without_a_class_are_not_measured(make_partition):
    found = clustering_metrics([make_partition(unlabelled=50)], n_resamples=20)
    assert found["ari"].n == 150
    assert clustering_metrics(
        [make_partition(unlabelled=200)], [{"silhouette": np.ones(200)}], n_resamples=20
    ).keys() == {"silhouette"}


def test_the_warning_of_few_photos_and_many_clusters(make_partition):
    assert "fewer than 1,000" in chance_warning(make_partition(999))
    assert chance_warning(make_partition(1000)) is None
    assert "12 clusters are more than 10" in chance_warning(make_partition(3000, 4, 12, right=0))
    assert chance_warning(make_partition(200, unlabelled=200)) is None


def test_what_cannot_be_measured_says_why(make_partition):
    with pytest.raises(DataError, match="partition 1 has other photos"):
        clustering_metrics([make_partition(), make_partition(100)])
    with pytest.raises(DataError, match="at least one"):
        clustering_metrics([])
