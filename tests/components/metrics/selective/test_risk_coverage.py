"""Risk, coverage and what lies between, against scikit-learn and slow versions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from components.errors import DataError
from components.metrics import aurc, auroc, coverage_at_risk, risk_coverage, selective_metrics

answers = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=30)


def slow(confidence, right):
    """For every threshold: share answered, share wrong."""
    points = []
    for threshold in sorted(set(confidence.tolist()), reverse=True):
        answered = confidence >= threshold
        points.append((answered.mean(), (~right[answered]).mean()))
    return np.array(points)


@settings(max_examples=100, deadline=None)
@given(answers, st.floats(0, 1))
def test_every_threshold_is_a_point(pairs, risk):
    confidence, right = np.array([one for one, _ in pairs], float), np.array([one for _, one in pairs])
    coverage, wrong = risk_coverage(confidence, right)
    expected = slow(confidence, right)
    np.testing.assert_allclose(np.stack([coverage, wrong], axis=1), expected)
    area = sum((b - a) * r for a, b, r in zip([0, *expected[:-1, 0]], expected[:, 0], expected[:, 1], strict=True))
    assert aurc(confidence, right) == pytest.approx(area)
    allowed = expected[expected[:, 1] <= risk, 0]
    assert coverage_at_risk(confidence, right, risk) == pytest.approx(allowed.max() if len(allowed) else 0)
    if right.any() and not right.all():
        assert auroc(confidence, right) == pytest.approx(roc_auc_score(right, confidence))
    else:
        assert np.isnan(auroc(confidence, right))


def test_a_confidence_that_knows_is_told_from_one_that_does_not():
    generator = np.random.default_rng(0)
    right = generator.random(400) < 0.6
    knows = selective_metrics(right + generator.normal(0, 0.4, 400), right, 0.05)
    guesses = selective_metrics(generator.random(400), right, 0.05)
    assert list(knows) == ["auroc_margin", "coverage_at_5_risk", "aurc"]
    assert knows["auroc_margin"].low > guesses["auroc_margin"].high
    assert knows["aurc"].high < guesses["aurc"].low
    assert guesses["auroc_margin"].low < 0.5 < guesses["auroc_margin"].high
    assert knows["coverage_at_5_risk"].value > 0.5
    assert knows["aurc"].n == 400
    with pytest.raises(DataError, match="no choices"):
        selective_metrics(np.array([]), np.array([], dtype=bool), 0.05)
