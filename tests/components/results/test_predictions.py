import numpy as np
import pytest

from components.results import UNKNOWN, Predictions


def predictions(**changes):
    plain = {
        "ids": np.array(["a", "b"], dtype=object),
        "y_true": np.array([0, UNKNOWN]),
        "scores": np.array([[0.7, 0.3], [0.4, 0.6]]),
        "y_pred": np.array([0, 1]),
        "unknown_score": np.array([0.3, 0.4]),
        "class_names": ("x", "y"),
    }
    return Predictions(**(plain | changes))


def test_confidence_is_the_highest_score():
    np.testing.assert_allclose(predictions().confidence, [0.7, 0.6])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"scores": np.zeros((2, 3))}, "scores"),
        ({"y_pred": np.array([0])}, "y_pred"),
        ({"y_true": np.array([0, 2])}, "y_true"),
        ({"y_pred": np.array([0, -2])}, "y_pred"),
    ],
)
def test_what_does_not_fit_is_named(changes, named):
    with pytest.raises(ValueError, match=named):
        predictions(**changes)
