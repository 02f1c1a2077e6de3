"""Intervals of means over replicates, against Wilson's and Student's, and by how often they contain the truth."""

import math

import numpy as np
import pytest
from scipy import stats

from components.metrics import wilson
from components.metrics.statistics import interval
from components.metrics.statistics.intervals import quantile, variances

N = 150


def resampled_with(variance, n_replicates=1, value=0.0, n=N):
    """Resamples of each replicate, all alike, whose corrected variance is the given one."""
    drawn = stats.norm.ppf((np.arange(999) + 0.5) / 999)
    drawn = (drawn - drawn.mean()) / drawn.std(ddof=1)
    return np.tile(value + drawn * math.sqrt(variance * (n - 1) / n), (n_replicates, 1))


def test_the_variance_over_photos_is_that_of_a_sample_and_that_over_seeds_that_of_a_mean():
    values = np.array([0.80, 0.84, 0.88])
    over_photos, over_seeds = variances(values, resampled_with(0.0009, 3), N)
    assert over_photos == pytest.approx(0.0009)
    assert over_seeds == pytest.approx(0.04**2 / 3)
    assert variances(values[:1], resampled_with(0.0009), N)[1] == 0


@pytest.mark.parametrize("replicates", [2, 3, 5])
def test_the_quantile_lies_between_those_of_both_sources(replicates):
    of_photos, of_seeds = (float(stats.t.ppf(0.975, freedom)) for freedom in (N - 1, replicates - 1))
    assert quantile(1.0, N - 1, 0.0, 0, 0.95) == pytest.approx(of_photos)
    assert quantile(0.0, N - 1, 1.0, replicates - 1, 0.95) == pytest.approx(of_seeds)
    assert quantile(3.0, N - 1, 1.0, replicates - 1, 0.95) == pytest.approx((3 * of_photos + of_seeds) / 4)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8, 0.9, 1.0])
@pytest.mark.parametrize("replicates", [2, 3, 5])
def test_the_quantile_covers_at_any_share_of_the_seeds(replicates, share):
    generator = np.random.default_rng(0)
    hits, rounds = 0, 4000
    for _ in range(rounds):
        over_seeds = share * generator.chisquare(replicates - 1) / (replicates - 1)
        half = quantile(1 - share, N - 1, over_seeds, replicates - 1, 0.95) * math.sqrt(1 - share + over_seeds)
        hits += abs(generator.normal()) < half
    assert hits / rounds > 0.93


def test_a_proportion_of_one_replicate_has_wilsons_interval():
    share = 0.84
    found = interval("f1_macro", np.array([share]), resampled_with(share * (1 - share) / N, value=share), N, 0.95)
    assert found == pytest.approx(wilson(share * N, N), abs=0.001)


def test_seeds_widen_the_interval():
    values = np.array([0.80, 0.84, 0.88])
    photos = resampled_with(0.0009, 3, 0.84)
    low, high = interval("kappa", values, photos, N, 0.95)
    alone = interval("kappa", values[1:2], photos[:1], N, 0.95)
    assert low < alone[0] < alone[1] < high


def test_ends_stay_within_the_range_of_the_metric():
    values = np.array([0.2, 0.99])
    assert interval("accuracy", values, resampled_with(0.01, 2), N, 0.95) == pytest.approx((0, 1), abs=0.05)
    low, high = interval("kappa", values, resampled_with(0.01, 2), N, 0.95)
    assert -1 <= low < 0
    assert high < 1
    low, high = interval("log_loss", values, resampled_with(0.01, 2), N, 0.95)
    assert 0 < low < 0.2
    assert high > 1


def test_without_an_error_the_interval_is_that_of_as_many_right_photos():
    always = np.ones((1, 50))
    assert interval("f1_macro", np.ones(1), always, 50, 0.95) == pytest.approx(wilson(50, 50))
    assert interval("fpr95_known", np.zeros(2), np.zeros((2, 50)), 50, 0.95, 10) == pytest.approx(wilson(0, 10))


def test_a_metric_that_no_photo_changes_has_no_interval():
    assert np.isnan(interval("kappa", np.zeros(1), np.zeros((1, 50)), 50, 0.95)).all()
    assert np.isnan(interval("balanced_accuracy", np.full(2, 0.25), np.full((2, 50), 0.25), 50, 0.95)).all()
    assert np.isnan(interval("kappa", np.array([np.nan]), np.full((1, 50), np.nan), 50, 0.95)).all()


def test_few_photos_that_decide_a_metric_widen_its_interval():
    value, error = np.array([0.99]), 0.005
    photos = resampled_with(error**2, value=0.99)
    counted, unequal = (interval(name, value, photos, N, 0.95) for name in ("f1_macro", "auc_ovo"))
    assert unequal[1] - unequal[0] > 1.1 * (counted[1] - counted[0])
    middle = resampled_with(error**2, value=0.5)
    counted, unequal = (interval(name, np.array([0.5]), middle, N, 0.95) for name in ("f1_macro", "auc_ovo"))
    assert unequal == pytest.approx(counted, abs=1e-6)


def test_a_metric_of_any_size_has_students_interval():
    found = interval("own", np.array([3.0]), resampled_with(0.04, value=3.0), N, 0.95)
    half = float(stats.t.ppf(0.975, N - 1)) * 0.2
    assert found == pytest.approx((3 - half, 3 + half))
