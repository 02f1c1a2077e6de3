"""Which labels are listed: as many as confident learning counts, those of the lowest probability."""

import numpy as np
import pytest
from cleanlab.rank import get_label_quality_scores
from hypothesis import given, settings
from hypothesis import strategies as st

from components.label_errors import find_label_errors, upper_fence


def test_rankings_are_cleanlabs(held_out):
    labels, _, probabilities = held_out()
    found = find_label_errors(labels, probabilities, np.zeros(len(labels)))
    assert found.doubt == pytest.approx(1 - get_label_quality_scores(labels, probabilities, method="self_confidence"))
    quality = get_label_quality_scores(labels, probabilities, method="normalized_margin")
    assert found.margin == pytest.approx(1 - 2 * quality)


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), n=st.integers(6, 60), classes=st.integers(2, 5))
def test_what_holds_of_any_probabilities(seed, n, classes):
    generator = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(classes), generator.integers(0, classes, n)])
    probabilities = generator.dirichlet(np.full(classes, 0.5), len(labels))
    unknown = generator.exponential(size=len(labels)) ** 3
    found = find_label_errors(labels, probabilities, unknown)
    assert found.wrong.sum() == found.confident.sum()
    other = found.suggested != labels
    assert not (found.wrong & ~other).any()
    kept = other & ~found.wrong
    if found.wrong.any() and kept.any():
        assert found.doubt[found.wrong].min() >= found.doubt[kept].max()
    assert not (found.no_class & found.wrong).any()
    assert (found.margin[other] >= 0).all()
    assert (found.margin[~other] <= 0).all()
    ranked = np.argsort(-found.rankings["_confident"], kind="stable")
    assert found.confident[ranked[: found.confident.sum()]].all()
    order = generator.permutation(len(labels))
    again = find_label_errors(labels[order], probabilities[order], unknown[order])
    assert again.wrong.tolist() == found.wrong[order].tolist()
    assert again.joint.tolist() == found.joint.tolist()


def test_wrong_labels_are_found(held_out):
    labels, true, probabilities = held_out(600, 4, 0.1, 0, 5.0)
    found = find_label_errors(labels, probabilities, np.zeros(600))
    is_wrong = labels != true
    assert (found.wrong & is_wrong).sum() / is_wrong.sum() > 0.9
    assert (found.suggested[found.wrong & is_wrong] == true[found.wrong & is_wrong]).mean() > 0.9


def test_outliers_are_above_tukeys_fence():
    scores = np.array([1.0, 2, 3, 4, 5])
    assert upper_fence(scores) == 4 + 1.5 * 2
    labels, probabilities = np.arange(6) % 2, np.array([[0.9, 0.1], [0.1, 0.9]] * 3)
    found = find_label_errors(labels, probabilities, np.array([1.0, 2, 3, 4, 5, 50]))
    assert found.no_class.tolist() == [False] * 5 + [True]
    assert not find_label_errors(labels, probabilities, np.ones(6)).no_class.any()
