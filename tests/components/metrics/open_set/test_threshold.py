"""The threshold on the unknown score against numpy's quantile."""

import numpy as np
import pytest

from components.errors import ConfigError, DataError
from components.metrics import acceptance_threshold


@pytest.mark.parametrize("acceptance", [0.5, 0.9, 0.95, 0.99, 1.0])
@pytest.mark.parametrize("n", [1, 19, 20, 60, 143])
def test_the_threshold_accepts_as_many_as_asked_for_and_no_more_than_needed(n, acceptance) -> None:
    scores = np.random.default_rng(n).normal(size=n)
    at = acceptance_threshold(scores, acceptance)
    assert at in scores
    assert at == np.quantile(scores, acceptance, method="inverted_cdf")
    assert (scores <= at).sum() / n >= acceptance
    assert (scores < at).sum() / n < acceptance


def test_a_threshold_needs_scores_and_a_share() -> None:
    for share in (0, 1.2, -1):
        with pytest.raises(ConfigError, match=f"is {share}, expected above 0 and at most 1"):
            acceptance_threshold(np.arange(5.0), share)
    with pytest.raises(DataError, match="there are none: give the split some"):
        acceptance_threshold(np.array([]))
    with pytest.raises(DataError, match="1 of 2 validation photos have no unknown score"):
        acceptance_threshold(np.array([1.0, np.nan]))
