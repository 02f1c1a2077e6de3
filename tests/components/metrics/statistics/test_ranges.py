"""Intervals from a standard error stay within the values that a metric can have."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from components.metrics import compare, compare_items, metric_range, within_range
from components.results import PerItemMetrics, Predictions

GOLDEN = Path(__file__).parents[3] / "end_to_end" / "golden.json"


def test_every_metric_of_the_golden_runs_lies_in_its_range():
    runs = [run for runs in json.loads(GOLDEN.read_text(encoding="utf-8"))["runs"].values() for run in runs]
    for run in runs:
        for name, (value, *_) in run.items():
            low, high = metric_range(name)
            assert math.isfinite(low), name
            assert value is None or low <= value <= high, name


@pytest.mark.parametrize(
    ("metric", "low", "high"),
    [("accuracy", 0, 1), ("kappa", -1, 1), ("brier", 0, 2), ("log_loss", 0, math.inf), ("own", -math.inf, math.inf)],
)
def test_ranges(metric, low, high):
    assert metric_range(metric) == (low, high)
    assert within_range(metric, -5.0, 5.0) == (max(low, -5), min(high, 5))
    assert np.isnan(within_range(metric, math.nan, math.nan)).all()


def predictions(right):
    ids = np.array([f"{row}.jpg" for row in range(len(right))], dtype=object)
    truth = np.arange(len(right)) % 2
    predicted = np.where(right, truth, 1 - truth)
    scores = np.where(np.arange(2) == predicted[:, None], 0.9, 0.1)
    return Predictions(ids, truth, scores, predicted, np.full(len(right), np.nan), ("a", "b"))


def test_the_difference_of_accuracies_of_few_photos_and_unlike_seeds_stays_within_one():
    a = [predictions([True, True, True]), predictions([False, False, False])]
    b = [predictions([False, True, False]), predictions([True, True, True])]
    found = compare(a, b, "accuracy", n_resamples=200)
    assert (found.low, found.high) == (-1, 1)


def test_the_difference_of_two_queries_stays_within_one():
    a, b = (
        PerItemMetrics(np.array(["x", "y"], dtype=object), {"mrr": np.array(values)}) for values in ([0, 1], [1, 0])
    )
    (found,) = compare_items([a], [b], ("mrr",), n_resamples=200)
    assert (found.low, found.high) == (-1, 1)
