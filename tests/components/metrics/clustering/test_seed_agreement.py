"""Agreement of clusterings over seeds, against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from components.errors import DataError
from components.metrics import ari_between_seeds


@settings(max_examples=30, deadline=None)
@given(st.integers(5, 60), st.integers(2, 5), st.integers(1, 6), st.floats(0, 1), st.floats(0, 0.5))
def test_agreement_of_seeds_is_the_mean_of_scikit_learns_ari_over_pairs(
    make_partition, n, seeds, clusters, right, noise
):
    partitions = [make_partition(n, 4, clusters, right, seed, noise) for seed in range(seeds)]
    found = ari_between_seeds(partitions, n_resamples=5)
    aris = np.array(
        [[reference.adjusted_rand_score(one.cluster, other.cluster) for other in partitions] for one in partitions]
    )
    of_each = (aris.sum(axis=1) - 1) / (seeds - 1)
    assert found.values == pytest.approx(of_each.tolist(), abs=1e-9)
    assert found.value == pytest.approx(of_each.mean(), abs=1e-9)
    assert found.n == n


def test_agreement_of_seeds_has_an_interval_and_needs_two(make_partition):
    partitions = [make_partition(right=0.7, seed=seed) for seed in range(5)]
    found = ari_between_seeds(partitions)
    assert found.low < found.value < found.high
    assert found.high - found.low < 0.4
    same = ari_between_seeds([partitions[0]] * 3)
    assert (same.value, same.low, same.high) == (1, 1, 1)
    with pytest.raises(DataError, match="needs at least two"):
        ari_between_seeds(partitions[:1])
