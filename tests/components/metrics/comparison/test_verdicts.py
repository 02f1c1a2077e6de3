"""Holm's correction, and the words."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.metrics import LOWER_IS_BETTER, Verdict, classification_metrics, holm, open_set_metrics, with_holm
from components.results import UNKNOWN


def slow_rejected(p_values: list[float], level: float) -> set[int]:
    """Which hypotheses Holm's step-down procedure rejects, word for word from the paper."""
    left, rejected = set(range(len(p_values))), set()
    while left:
        smallest = min(left, key=lambda i: p_values[i])
        if p_values[smallest] > level / len(left):
            break
        rejected.add(smallest)
        left.remove(smallest)
    return rejected


def test_the_textbook_example() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0, 1), max_size=12), st.floats(0.001, 0.5))
def test_adjusted_values_reject_what_the_procedure_rejects(p_values: list[float], level: float) -> None:
    adjusted = holm(p_values)
    assert all(before <= after <= 1 for before, after in zip(p_values, adjusted, strict=True))
    if all(abs(one - level) > 1e-9 for one in adjusted):
        assert {i for i, p in enumerate(adjusted) if p <= level} == slow_rejected(p_values, level)


def test_a_test_that_could_not_be_made_does_not_count() -> None:
    adjusted = holm([0.02, math.nan, 0.01])
    assert adjusted[::2] == pytest.approx([0.02, 0.02])
    assert math.isnan(adjusted[1])


def verdict(metric: str, difference: float, p: float) -> Verdict:
    return Verdict(
        metric=metric, baseline=0.5, value=0.5 + difference, difference=difference, low=difference - 1,
        high=difference + 1, p=p, p_adjusted=p, verdict="indistinguishable", n=9, replicates=(1, 1), paired=False,
    )  # fmt: skip


def test_words_follow_the_adjusted_p_and_the_side_that_is_good() -> None:
    family = [
        verdict("accuracy", 0.2, 0.001), verdict("accuracy", -0.2, 0.001), verdict("log_loss", -0.2, 0.001),
        verdict("ece", 0.2, 0.001), verdict("kappa", 0.2, 0.03), verdict("kappa", 0.2, math.nan),
    ]  # fmt: skip
    expected = ["better", "worse", "better", "worse"]
    assert [one.verdict for one in with_holm(family)] == [*expected, "better", "indistinguishable"]
    more = [*family, verdict("kappa", 0.2, 0.04)]  # two between .025 and .05: neither holds
    assert [one.verdict for one in with_holm(more)] == [*expected, *["indistinguishable"] * 3]


def test_every_metric_has_its_good_side(make_predictions, make_open) -> None:
    calibration = {"ece", "closed_ece"}  # need not follow skill
    lower = set()
    good = classification_metrics([make_predictions(skill=3.0, n=600)], n_resamples=2)
    bad = classification_metrics([make_predictions(skill=0.3, n=600, seed=1)], n_resamples=2)
    lower |= {name for name in good if good[name].value < bad[name].value}
    sharp, dull = make_open(skill=5.0, n=600), make_open(skill=0.5, n=600, seed=1)
    new = (sharp.y_true == UNKNOWN) & (np.arange(600) % 2 == 0)
    good, bad = (open_set_metrics([replace(one, new_unknown=new)], n_resamples=2) for one in (sharp, dull))
    assert good["known_acceptance"].value == pytest.approx(bad["known_acceptance"].value, abs=0.03)  # by the threshold
    lower |= {name for name in good if good[name].value < bad[name].value} - {"known_acceptance"}
    of_items = {"aurc", "risk", "risk_of_accepted", "risk_of_rejected"}  # measured item by item, not here
    of_items |= {"label_errors", "noise_rate", "no_class"}
    assert lower - calibration == LOWER_IS_BETTER - calibration - of_items
