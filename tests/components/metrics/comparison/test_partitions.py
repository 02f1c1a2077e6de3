"""Two clusterings compared."""

import numpy as np
import pytest

from components.errors import ConfigError, DataError
from components.metrics import compare_partitions
from components.metrics.clustering import partition_metrics
from components.results import Partition


def ari(partition):
    return float(partition_metrics(partition, np.ones((len(partition), 1)), ["ari"])["ari"][0])


def test_a_better_run_is_better_and_the_same_run_is_not(make_partition):
    worse, better = (
        [make_partition(right=0.5, seed=seed) for seed in (0, 1)],
        [make_partition(right=0.95, seed=seed) for seed in (2, 3)],
    )
    found = compare_partitions(worse, better, ("ari", "v_measure"))
    assert [one.verdict for one in found] == ["better", "better"]
    assert found[0].difference == pytest.approx(
        np.mean([ari(one) for one in better]) - np.mean([ari(one) for one in worse])
    )
    assert compare_partitions(better, better)[0].p == 1
    assert compare_partitions(better, worse)[0].verdict == "worse"


def test_runs_of_equal_skill_are_seldom_told_apart(make_partition):
    verdicts = []
    for seed in range(40):
        a, b = ([make_partition(150, seed=(seed, run, replicate)) for replicate in range(3)] for run in range(2))
        verdicts.append(compare_partitions(a, b, n_resamples=200, seed=seed)[0].verdict)
    assert verdicts.count("indistinguishable") >= 35


def test_runs_share_their_photos_in_any_order(make_partition):
    a, b = make_partition(seed=0), make_partition(seed=1)
    turned = Partition(b.ids[::-1], b.label[::-1], b.cluster[::-1])
    one, other = compare_partitions([a], [turned])[0], compare_partitions([a], [b])[0]
    assert (one.baseline, one.value, one.n) == pytest.approx((other.baseline, other.value, other.n))
    assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=0.01)
    keep = np.arange(200) < 120
    assert compare_partitions([a], [b.take(keep)])[0].n == 120


def test_what_cannot_be_compared_says_why(make_partition):
    a = make_partition()
    with pytest.raises(ConfigError, match="Did you mean ari"):
        compare_partitions([a], [a], ("arii",))
    with pytest.raises(DataError, match="labels changed"):
        compare_partitions([a], [Partition(a.ids, np.roll(a.label, 1), a.cluster)])
    with pytest.raises(DataError, match="share 0 photos"):
        compare_partitions([a], [make_partition(unlabelled=200)])
    with pytest.raises(DataError, match="1 and 2 replicates cannot be paired"):
        compare_partitions([a], [a, a], paired=True)
