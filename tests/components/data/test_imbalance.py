import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight

from components.data import class_weights, imbalance_ratio
from components.errors import DataError


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=60))
def test_weights_are_those_of_scikit_learn(labels):
    classes = sorted(set(labels))
    expected = compute_class_weight("balanced", classes=np.array(classes), y=np.array(labels))
    np.testing.assert_allclose(class_weights(labels, classes), expected)


def test_a_class_without_photos_is_an_error():
    with pytest.raises(DataError, match="The class 'c' has no photos"):
        class_weights(["a", "b"], ["a", "b", "c"])


def test_imbalance_is_the_largest_class_divided_by_the_smallest():
    assert imbalance_ratio(["a", "b", "b", "b", "c", "c"]) == 3
    assert np.isnan(imbalance_ratio([]))
