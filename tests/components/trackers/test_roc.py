"""ROC points against scikit-learn's areas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from components.results import UNKNOWN, Predictions
from components.trackers.roc import ROC_POINTS, roc_points


def make(y_true: list[int], seed: int, *, detector: bool = True) -> Predictions:
    generator = np.random.default_rng(seed)
    n = len(y_true)
    scores = generator.dirichlet(np.ones(4), n)
    unknown_score = generator.random(n) if detector else np.full(n, np.nan)
    ids = np.array([str(i) for i in range(n)], dtype=object)
    return Predictions(ids, np.array(y_true), scores, scores.argmax(axis=1), unknown_score, tuple("abcd"))


def areas(predictions: Predictions) -> dict[str, float]:
    curves: dict[str, list[tuple[float, float]]] = {}
    for name, fpr, tpr in roc_points(predictions, "?"):
        curves.setdefault(name, []).append((fpr, tpr))
    assert all(points[0] == (0, 0) and points[-1] == (1, 1) for points in curves.values())
    return {name: float(np.trapezoid(*np.array(points).T[::-1])) for name, points in curves.items()}


@given(st.lists(st.integers(-1, 3), min_size=1, max_size=40), st.integers(0, 99))
def test_each_class_is_judged_by_its_own_scores(y_true: list[int], seed: int) -> None:
    predictions = make(y_true, seed)
    expected = {}
    for label, name in [*enumerate("abcd"), (UNKNOWN, "?")]:
        positive = predictions.y_true == label
        score = predictions.unknown_score if label == UNKNOWN else predictions.scores[:, label]
        if positive.any() and not positive.all():
            expected[name] = roc_auc_score(positive, score)
    assert areas(predictions) == pytest.approx(expected)


def test_without_a_detector_there_is_no_curve_of_unknowns() -> None:
    assert set(areas(make([-1, 0, 1], 0, detector=False))) == {"a", "b"}


def test_long_curves_are_thinned_and_keep_their_area() -> None:
    predictions = make(list(np.random.default_rng(1).integers(-1, 4, 5000)), 2)
    points = [point for point in roc_points(predictions, "?") if point[0] == "a"]
    assert len(points) == ROC_POINTS
    assert areas(predictions)["a"] == pytest.approx(
        roc_auc_score(predictions.y_true == 0, predictions.scores[:, 0]), abs=0.005
    )
