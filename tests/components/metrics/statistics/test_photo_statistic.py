"""A statistic of weighted photos, against the known interval of a share."""

import numpy as np
import pytest

from components.metrics import photo_statistic, wilson


def test_the_interval_of_a_share_is_wilsons():
    values = (np.arange(400) < 60).astype(float)
    found = photo_statistic("accuracy", lambda drawn: float(values @ drawn / drawn.sum()), 400, n_resamples=4000)
    assert (found.value, found.n) == (0.15, 400)
    assert (found.low, found.high) == pytest.approx(wilson(60, 400), abs=0.004)
    again = photo_statistic("accuracy", lambda drawn: float(values @ drawn / drawn.sum()), 400, n_resamples=4000)
    assert again == found
