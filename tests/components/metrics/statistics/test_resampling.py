"""Bootstrap resamples: what is drawn, and that it does not depend on the size of blocks."""

import numpy as np
import pytest

from components.metrics import mean_estimate
from components.metrics.statistics import (
    bootstrap_weights,
    mean_over_replicates,
    percentile_interval,
    replicate_weights,
    resample,
)


def test_each_resample_draws_as_many_units_as_there_are():
    weights = np.concatenate(list(bootstrap_weights(7, 20, 6, np.random.default_rng(0))), axis=1)
    assert weights.shape == (7, 20)
    assert (weights.sum(axis=0) == 7).all()
    assert (replicate_weights(3, 20, np.random.default_rng(0)).sum(axis=0) == 3).all()


@pytest.mark.parametrize("block", [1, 7, 64])
def test_replicates_share_the_resamples_whatever_the_block(block):
    values = np.random.default_rng(1).random((2, 30))
    rows = [np.arange(30), np.arange(30)[::-1]]

    def measure(number, weights):
        return {"mean": values[number] @ weights / weights.sum(axis=0)}

    found = resample(measure, rows, 30, 64, block, np.random.default_rng(2))["mean"]
    (weights,) = bootstrap_weights(30, 64, 64, np.random.default_rng(2))
    assert found.shape == (2, 64)
    np.testing.assert_allclose(found[0], values[0] @ weights / 30)
    np.testing.assert_allclose(found[1], values[1] @ weights[::-1] / 30)


def test_undefined_replicates_and_resamples_are_ignored():
    metric = np.array([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan]])
    np.testing.assert_equal(mean_over_replicates(metric), [2.0, 5.0, np.nan])
    np.testing.assert_equal(mean_over_replicates(metric, np.array([[2.0] * 3, [0.0] * 3])), [1.0, np.nan, np.nan])
    assert percentile_interval(np.array([np.nan, 1.0, 1.0]), 0.9) == (1.0, 1.0)
    assert np.isnan(percentile_interval(np.array([np.nan]), 0.9)).all()


def test_the_interval_of_a_mean_is_near_the_normal_one():
    values = np.random.default_rng(0).normal(size=400)
    found = mean_estimate(values)
    assert found.value == pytest.approx(values.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)
