"""Confident learning, held to cleanlab and to the definitions of the paper."""

import numpy as np
import pytest
from cleanlab.count import compute_confident_joint, estimate_joint, get_confident_thresholds, num_label_issues
from hypothesis import given, settings
from hypothesis import strategies as st

from components.label_errors import (
    NO_CLASS,
    class_thresholds,
    confident_classes,
    confident_joint,
    find_label_errors,
    joint_distribution,
    noise_rate,
)

CASES = [(400, 4, 0.1, 0, 2.5), (90, 3, 0.3, 1, 1.0), (60, 2, 0.0, 2, 0.5), (500, 9, 0.05, 3, 4.0)]


def unambiguous(labels, probabilities):
    """Without photos whose most probable class misses its threshold while others reach theirs: cleanlab counts it."""
    thresholds = class_thresholds(labels, probabilities)
    reached = probabilities >= thresholds - 1e-6
    top = probabilities.argmax(axis=1)
    keep = (reached.sum(axis=1) < 2) | reached[np.arange(len(labels)), top]
    return labels[keep], probabilities[keep], thresholds


@pytest.mark.parametrize("case", CASES)
def test_thresholds_and_joint_are_cleanlabs(case, held_out):
    labels, _, probabilities = held_out(*case)
    assert class_thresholds(labels, probabilities) == pytest.approx(get_confident_thresholds(labels, probabilities))
    labels, probabilities, thresholds = unambiguous(labels, probabilities)
    theirs, off_diagonal = compute_confident_joint(
        labels, probabilities, thresholds=thresholds, calibrate=False, return_indices_of_off_diagonals=True
    )
    confident = confident_classes(probabilities, thresholds)
    ours = confident_joint(labels, confident, probabilities.shape[1])
    np.testing.assert_array_equal(np.maximum(ours, np.eye(len(ours))), theirs)
    assert np.flatnonzero((confident != NO_CLASS) & (confident != labels)).tolist() == off_diagonal.tolist()
    counts = np.bincount(labels, minlength=len(ours)).astype(float)
    shares = estimate_joint(labels, probabilities, confident_joint=theirs)
    # cleanlab rounds to whole photos
    np.testing.assert_allclose(joint_distribution(ours, counts), shares, atol=1 / len(labels))


@pytest.mark.parametrize("case", [CASES[0], CASES[3]])
def test_as_many_labels_are_wrong_as_cleanlab_counts(case, held_out):
    labels, _, probabilities = held_out(*case)
    kept, _, _ = unambiguous(labels, probabilities)
    assert len(kept) == len(labels)
    found = find_label_errors(labels, probabilities, np.zeros(len(labels)))
    assert found.confident.sum() == found.wrong.sum() == num_label_issues(labels, probabilities)


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), n=st.integers(6, 40), classes=st.integers(2, 5))
def test_the_definitions_photo_by_photo(seed, n, classes):
    generator = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(classes), generator.integers(0, classes, n)])
    probabilities = generator.dirichlet(np.full(classes, 0.4), len(labels)).round(2)
    thresholds = [np.mean([row[j] for row, y in zip(probabilities, labels, strict=True) if y == j])
                  for j in range(classes)]  # fmt: skip
    expected, joint = [], np.zeros((classes, classes))
    for row, label in zip(probabilities, labels, strict=True):
        reached = [j for j in range(classes) if row[j] >= thresholds[j] - 1e-6]
        expected.append(max(reached, key=lambda j: row[j]) if reached else NO_CLASS)
        if reached:
            joint[label, expected[-1]] += 1
    confident = confident_classes(probabilities, class_thresholds(labels, probabilities))
    assert confident.tolist() == expected
    assert confident_joint(labels, confident, classes).tolist() == joint.tolist()
    assert 0 <= noise_rate(labels, probabilities) < 1


def test_weights_are_repetitions(held_out):
    labels, _, probabilities = held_out(60, 3, 0.2, 5, 1.5)
    times = np.random.default_rng(0).integers(0, 4, 60)
    repeated = np.repeat(np.arange(60), times)
    weighted = noise_rate(labels, probabilities, times.astype(float))
    assert weighted == pytest.approx(noise_rate(labels[repeated], probabilities[repeated]))
    thresholds = class_thresholds(labels, probabilities, times.astype(float))
    assert thresholds == pytest.approx(class_thresholds(labels[repeated], probabilities[repeated]))


def test_a_class_without_photos_has_no_threshold_and_no_photos():
    probabilities = np.array([[0.6, 0.1, 0.3], [0.2, 0.7, 0.1], [0.1, 0.2, 0.7]])
    labels = np.array([0, 1, 1])
    thresholds = class_thresholds(labels, probabilities)
    assert thresholds[2] == np.inf
    confident = confident_classes(probabilities, thresholds)
    assert confident.tolist() == [0, 1, NO_CLASS]
    shares = joint_distribution(confident_joint(labels, confident, 3), np.bincount(labels, minlength=3).astype(float))
    assert shares.sum() == pytest.approx(1)
    assert shares[2].tolist() == [0, 0, 0]


def test_right_labels_have_no_noise_and_the_estimate_follows_the_noise(held_out):
    labels, _, probabilities = held_out(400, 4, 0.0, 0, 30.0)
    assert noise_rate(labels, probabilities) == 0
    for wrong in (0.05, 0.2):
        labels, _, probabilities = held_out(2000, 4, wrong, 0, 8.0)
        assert noise_rate(labels, probabilities) == pytest.approx(wrong, abs=0.01)
