"""Functions on the labels of clusterers."""

import numpy as np
import pytest

from components.clusterers import check_ks, relabel_by_size
from components.errors import ConfigError


def test_labels_are_numbered_by_size_and_noise_is_unchanged():
    assert relabel_by_size(np.array([7, 7, 2, 2, 2, -1, 5, 5])).tolist() == [1, 1, 0, 0, 0, -1, 2, 2]


def test_impossible_numbers_of_clusters_raise():
    check_ks([1, 3], 3)
    with pytest.raises(ConfigError, match="4 clusters of 3 photos: expected a number of clusters from 1 to 3"):
        check_ks([1, 4], 3)
