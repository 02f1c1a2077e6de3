import numpy as np
import pytest

from components.results import NOISE, Partition


def partition(**changes):
    plain = {
        "ids": np.array(["a", "b", "c"], dtype=object),
        "label": np.array(["x", "", "y"], dtype=object),
        "cluster": np.array([2, NOISE, 0]),
    }
    return Partition(**(plain | changes))


def test_clusters_noise_and_labelled_photos():
    whole = partition()
    assert (whole.clusters, whole.noise) == ((0, 2), 1)
    assert whole.labelled().ids.tolist() == ["a", "c"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label": np.array(["x"], dtype=object)}, "label has shape"),
        ({"cluster": np.array([0, -2, 1])}, "contains -2"),
        ({"ids": np.array(["a", "a", "b"], dtype=object)}, "a photo twice"),
    ],
)
def test_inconsistent_columns_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        partition(**changes)
