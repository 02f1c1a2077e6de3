"""ROC and OSCR curves: their areas are the metrics, their points scikit-learn's."""

import pytest
from sklearn import metrics as sk

from components.metrics import open_set_curve, open_set_metrics
from components.results import UNKNOWN


@pytest.mark.parametrize("decimals", [None, 0])
def test_areas_under_the_curve_are_the_metrics(decimals, make_open) -> None:
    one = make_open(decimals=decimals)
    found = open_set_metrics([one], n_resamples=5)
    curve = open_set_curve(one)
    assert (curve.auroc, curve.oscr) == pytest.approx((found["auroc"].value, found["oscr"].value))
    assert curve.correct[-1] == pytest.approx(found["closed_accuracy"].value)
    false, true, _ = sk.roc_curve(one.y_true != UNKNOWN, -one.unknown_score, drop_intermediate=False)
    assert curve.false_positives == pytest.approx(false)
    assert curve.true_positives == pytest.approx(true)
