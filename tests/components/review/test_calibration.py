import math

import numpy as np
import pytest

from components.errors import DataError
from components.review import CHECKS, FAULT_OF, Calibration, Curve, calibrate
from components.review.calibration import fit_curve


@pytest.fixture
def proposals():
    """400 proposals, half of them with one fault; each check detects its fault well, and one lacks some results."""
    generator = np.random.default_rng(0)
    faults = np.full(400, "", dtype=object)
    for position, row in enumerate(generator.permutation(400)[:200]):
        faults[row] = FAULT_OF[CHECKS[position % len(CHECKS)]]
    suspicions = {check: generator.normal(size=400) + 6.0 * (faults == FAULT_OF[check]) for check in CHECKS}
    suspicions["place"][generator.permutation(400)[:40]] = np.nan
    return suspicions, faults


def test_a_curve_is_a_logistic_regression(proposals):
    from sklearn.linear_model import LogisticRegression

    suspicions, faults = proposals
    fault = faults == "wrong_class"
    found = fit_curve(suspicions["class"], fault)
    scaled = (suspicions["class"] - suspicions["class"].mean()) / suspicions["class"].std()
    expected = LogisticRegression(C=10.0).fit(scaled[:, None], fault).predict_proba(scaled[:, None])[:, 1]
    np.testing.assert_allclose(found.probability(suspicions["class"]), expected, atol=1e-6)


def test_an_uninformative_check_has_a_flat_curve_at_the_rate():
    generator = np.random.default_rng(1)
    fault = np.arange(1000) < 100
    falling = fit_curve(generator.normal(size=1000) - 3.0 * fault, fault)
    assert falling.slope == 0
    assert falling.probability(np.array([-5.0, 5.0])) == pytest.approx([0.1, 0.1], abs=0.01)
    constant = fit_curve(np.ones(1000), fault)
    assert constant.slope == 0


def test_a_missing_suspicion_gets_the_rate_among_missing_ones():
    fault = np.array([False] * 80 + [True] * 20)
    suspicion = np.where(np.arange(100) % 2 == 0, np.nan, fault.astype(float))
    found = fit_curve(suspicion, fault)
    assert found.probability(np.array([np.nan]))[0] == pytest.approx((10 + 0.2) / 51)


def test_the_probability_of_being_acceptable_is_a_product(proposals):
    suspicions, faults = proposals
    learned = calibrate(suspicions, faults, max_error_rate=0.1)
    each = learned.probabilities(suspicions)
    np.testing.assert_allclose(learned.acceptable(suspicions), np.prod([1 - fault for fault in each.values()], axis=0))
    good = faults == ""
    assert learned.acceptable(suspicions)[good].mean() > 0.8
    assert learned.acceptable(suspicions)[~good].mean() < 0.3


def test_thresholds_keep_the_error_rate_on_new_proposals(proposals):
    suspicions, faults = proposals
    learned = calibrate(suspicions, faults, max_error_rate=0.1)
    generator = np.random.default_rng(7)
    fresh = np.full(4000, "", dtype=object)
    for position, row in enumerate(generator.permutation(4000)[:2000]):
        fresh[row] = FAULT_OF[CHECKS[position % len(CHECKS)]]
    new = {check: generator.normal(size=4000) + 6.0 * (fresh == FAULT_OF[check]) for check in CHECKS}
    words = np.array([learned.recommend(one) for one in learned.acceptable(new)])
    good = fresh == ""
    assert (words == "accept").mean() > 0.2
    assert (words == "reject").mean() > 0.2
    assert (~good[words == "accept"]).mean() <= 0.13
    assert good[words == "reject"].mean() <= 0.13


def test_it_is_written_and_read_back(proposals):
    learned = calibrate(*proposals, max_error_rate=0.1)
    again = Calibration.from_dict(learned.to_dict())
    assert again == learned
    older = learned.to_dict() | {"risk": 0.1}
    del older["max_error_rate"]
    assert Calibration.from_dict(older) == learned
    undecided = Calibration({"class": Curve(0.0, 0.0, 0.5)}, math.inf, math.inf, 0.05, 3)
    assert Calibration.from_dict(undecided.to_dict()) == undecided
    assert undecided.recommend(0.99) == "ask"


def test_recommendations_follow_the_thresholds():
    learned = Calibration({}, accept=0.9, reject=0.8, max_error_rate=0.05, n=10)
    assert [learned.recommend(one) for one in (0.95, 0.9, 0.5, 0.2, 0.1)] == [
        "accept",
        "accept",
        "ask",
        "reject",
        "reject",
    ]


def test_too_few_proposals_are_an_error():
    with pytest.raises(DataError, match="3 proposals without a fault and 1 with one"):
        calibrate({"class": np.zeros(4)}, np.array(["", "", "", "wrong_class"], dtype=object), max_error_rate=0.1)
