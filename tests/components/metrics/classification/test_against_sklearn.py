"""Every metric under count weights is scikit-learn's on the rows repeated that often."""

import math
import warnings
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn import metrics as sk

from components.metrics.classification.auc import auc_metrics
from components.metrics.classification.calibration import probability_metrics
from components.metrics.classification.confusion import confusion_metrics, weighted_confusion
from components.results import Predictions

Floats = NDArray[np.float64]


def of_labels(y_true: NDArray[np.int64], y_pred: NDArray[np.int64]) -> dict[str, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classes that are only predicted, kappa of a single class
        expected = {
            "accuracy": sk.accuracy_score(y_true, y_pred),
            "balanced_accuracy": sk.balanced_accuracy_score(y_true, y_pred),
            "kappa": sk.cohen_kappa_score(y_true, y_pred),
        }
    for average in ("weighted", "macro"):
        scores = sk.precision_recall_fscore_support(y_true, y_pred, average=average, zero_division=0)
        expected |= {f"{name}_{average}": scores[i] for i, name in enumerate(("precision", "recall", "f1"))}
    return expected


def of_scores(y_true: NDArray[np.int64], scores: Floats, top_k: int) -> dict[str, float]:
    classes = range(scores.shape[1])
    ranks = [
        (sk.roc_auc_score(y_true[both] == a, scores[both, a]) + sk.roc_auc_score(y_true[both] == b, scores[both, b]))
        / 2
        for a, b in combinations(classes, 2)
        if {a, b} <= set(y_true.tolist()) and (both := np.isin(y_true, (a, b))).any()
    ]
    against_rest = {
        label: sk.roc_auc_score(y_true == label, scores[:, label])
        for label in classes
        if 0 < (y_true == label).sum() < len(y_true)
    }
    support = [(y_true == label).sum() for label in against_rest]
    onehot = np.eye(len(classes))[y_true]
    expected = {
        "auc_ovo": np.mean(ranks) if ranks else np.nan,
        "auc_ovr": np.average(list(against_rest.values()), weights=support) if against_rest else np.nan,
        "log_loss": sk.log_loss(y_true, scores, labels=list(classes)),
        "brier": np.mean(((scores - onehot) ** 2).sum(axis=1)),
        "ece": slow_ece(y_true, scores),
        "ece_debiased": slow_ece(y_true, scores) - slow_ece_by_chance(scores),
    }
    if len(classes) > max(top_k, 2):  # of two classes scikit-learn thresholds one score instead
        expected[f"top_{top_k}_accuracy"] = sk.top_k_accuracy_score(y_true, scores, k=top_k, labels=list(classes))
    return expected


def slow_ece(y_true: NDArray[np.int64], scores: Floats) -> float:
    total = 0.0
    for number in range(15):
        inside = [row for row in range(len(scores)) if number / 15 < scores[row].max() <= (number + 1) / 15]
        if inside:
            accuracy = np.mean([scores[row].argmax() == y_true[row] for row in inside])
            total += len(inside) / len(scores) * abs(accuracy - np.mean([scores[row].max() for row in inside]))
    return total


def slow_ece_by_chance(scores: Floats) -> float:
    """The deviation, in photos, that each bin has by chance when its scores are right."""
    total = 0.0
    for number in range(15):
        inside = [row.max() for row in scores if number / 15 < row.max() <= (number + 1) / 15]
        variance = sum(score * (1 - score) for score in inside)
        total += min(math.sqrt(2 / math.pi) * math.sqrt(variance), 2 * variance)
    return total / len(scores)


@st.composite
def samples(draw: st.DrawFn) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats, Floats]:
    """Truth, prediction, scores with many ties, and (n, 2) counts that may leave classes out."""
    classes, n = draw(st.integers(2, 5)), draw(st.integers(2, 25))
    labels = st.integers(0, classes - 1)
    y_true = np.array(draw(st.lists(labels, min_size=n, max_size=n)))
    y_pred = np.array(draw(st.lists(st.integers(-1, classes - 1), min_size=n, max_size=n)))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    raw = generator.integers(1, draw(st.sampled_from((3, 50))), size=(n, classes)).astype(float)
    weights = generator.integers(0, 4, size=(n, 2)).astype(float)
    weights[draw(st.integers(0, n - 1))] += 1  # at least one photo in each resample
    return y_true, y_pred, raw / raw.sum(axis=1, keepdims=True), weights


def predictions_of(y_true: NDArray[np.int64], y_pred: NDArray[np.int64], scores: Floats) -> Predictions:
    n, classes = scores.shape
    ids = np.array([str(row) for row in range(n)], dtype=object)
    return Predictions(ids, y_true, scores, y_pred, np.full(n, np.nan), tuple(f"c{label}" for label in range(classes)))


@settings(deadline=None, max_examples=40)
@given(samples())
def test_confusion_metrics(sample: tuple[NDArray[np.int64], NDArray[np.int64], Floats, Floats]) -> None:
    y_true, y_pred, scores, weights = sample
    matrix = weighted_confusion(predictions_of(y_true, y_pred, scores), weights, scores.shape[1] + 1)
    found = confusion_metrics(matrix)
    for column in range(weights.shape[1]):
        rows = np.repeat(np.arange(len(y_true)), weights[:, column].astype(int))
        expected = of_labels(y_true[rows], y_pred[rows])
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            assert found[name][column] == pytest.approx(value, abs=1e-12, nan_ok=True), name


@settings(deadline=None, max_examples=40)
@given(samples(), st.integers(1, 3))
def test_score_metrics(sample: tuple[NDArray[np.int64], NDArray[np.int64], Floats, Floats], top_k: int) -> None:
    y_true, _, scores, weights = sample
    found = auc_metrics(scores, y_true, weights) | probability_metrics(scores, y_true, weights, top_k)
    if scores.shape[1] == 2:
        found.pop("top_1_accuracy", None)
    for column in range(weights.shape[1]):
        rows = np.repeat(np.arange(len(y_true)), weights[:, column].astype(int))
        expected = of_scores(y_true[rows], scores[rows], top_k)
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            assert found[name][column] == pytest.approx(value, abs=1e-10, nan_ok=True), name


def test_a_resample_without_photos_is_undefined(make_predictions) -> None:
    sample = make_predictions(n=6, classes=3)
    nothing = np.zeros((6, 1))
    found = confusion_metrics(weighted_confusion(sample, nothing, 3))
    found |= auc_metrics(sample.scores, sample.y_true, nothing)
    found |= probability_metrics(sample.scores, sample.y_true, nothing, 2)
    assert all(np.isnan(values).all() for values in found.values())
