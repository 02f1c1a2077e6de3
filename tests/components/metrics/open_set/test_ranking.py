"""What must hold of the ranking metrics whatever the scores."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pytorch_ood.metrics import OODMetrics

from components.metrics.open_set.ranking import RANKING, ranking_metrics

N = st.integers(2, 40)


@st.composite
def samples(draw):
    """Scores that often tie, truths of both kinds, counts of a resample."""
    n = draw(N)
    scores = draw(arrays(np.float64, n, elements=st.integers(-5, 5).map(float)))
    known = draw(arrays(np.bool_, n))
    right = draw(arrays(np.bool_, n))
    weights = draw(arrays(np.int64, (n, 3), elements=st.integers(0, 3))).astype(np.float64)
    return scores, known, right, weights


def measure(scores, known, right, weights):
    found = ranking_metrics(scores, known, right, weights, {"": ~known})
    assert tuple(found) == RANKING
    return np.stack(list(found.values()))


def same(a, b):
    return np.allclose(a, b, rtol=0, atol=1e-12, equal_nan=True)


@settings(deadline=None)
@given(samples())
def test_only_the_order_of_the_scores_counts(sample):
    scores, known, right, weights = sample
    expected = measure(*sample)
    for transformed in (np.exp(scores) - 100, scores**3 * 1e6, np.float32(scores).astype(np.float64) / 7):
        assert same(measure(transformed, known, right, weights), expected)


@settings(deadline=None)
@given(samples(), st.randoms(use_true_random=False))
def test_the_order_of_the_photos_does_not(sample, random):
    order = np.array(random.sample(range(len(sample[0])), len(sample[0])))
    assert same(measure(*(part[order] for part in sample)), measure(*sample))


@settings(deadline=None)
@given(samples())
def test_a_weight_is_that_many_photos(sample):
    scores, known, right, weights = sample
    found = measure(*sample)
    for column in range(3):
        rows = np.repeat(np.arange(len(scores)), weights[:, column].astype(int))
        if len(rows):
            repeated = measure(scores[rows], known[rows], right[rows], np.ones((len(rows), 1)))
            assert same(repeated[:, 0], found[:, column])
        else:
            assert np.isnan(found[:, column]).all()


@settings(deadline=None)
@given(samples())
def test_bounds_and_relations(sample):
    scores, known, right, weights = sample
    auroc, aupr_unknown, aupr_known, fpr95_unknown, fpr95_known, oscr = measure(*sample)
    defined = (weights[known].sum(axis=0) > 0) & (weights[~known].sum(axis=0) > 0)
    for one in (auroc, aupr_unknown, aupr_known, fpr95_unknown, fpr95_known, oscr):
        assert np.isnan(one[~defined]).all()
        assert ((one[defined] >= -1e-12) & (one[defined] <= 1 + 1e-12)).all()
    assert (oscr[defined] <= auroc[defined] + 1e-12).all()
    all_right = measure(scores, known, np.ones_like(right), weights)
    assert same(all_right[-1], all_right[0])
    turned = measure(-scores, known, right, weights)
    assert same(turned[0][defined], 1 - auroc[defined])
    swapped = measure(-scores, ~known, right, weights)
    assert same(swapped[3], fpr95_known)
    assert same(swapped[4], fpr95_unknown)
    assert same(swapped[1], aupr_known)


@settings(deadline=None)
@given(N, N)
def test_scores_that_all_tie_say_nothing(knowns, unknowns):
    known = np.arange(knowns + unknowns) < knowns
    auroc, aupr_unknown, aupr_known, fpr95_unknown, fpr95_known, oscr = measure(
        np.zeros(len(known)), known, known, np.ones((len(known), 1))
    )[:, 0]
    assert (auroc, oscr, fpr95_unknown, fpr95_known) == (0.5, 0.5, 1.0, 1.0)
    assert np.isclose(aupr_unknown, unknowns / len(known))
    assert np.isclose(aupr_known, knowns / len(known))


def test_the_unknown_as_positives_is_pytorch_oods_definition():
    generator = np.random.default_rng(0)
    for n_unknown in (20, 37, 100):
        known = np.arange(120 + n_unknown) < 120
        scores = generator.normal(size=len(known)) + ~known
        found = ranking_metrics(scores, known, known, np.ones((len(known), 1)), {"": ~known})
        theirs = OODMetrics()
        theirs.update(torch.as_tensor(scores), torch.as_tensor(np.where(known, 0, -1)))
        expected = theirs.compute()
        assert np.isclose(found["auroc"][0], expected["AUROC"])
        assert np.isclose(found["fpr95_unknown"][0], expected["FPR95TPR"])
        assert not np.isclose(found["fpr95_known"][0], expected["FPR95TPR"])
        # theirs is the area under straight lines between the points, ours average precision
        assert np.isclose(found["aupr_unknown"][0], expected["AUPR-OUT"], atol=0.03)
        assert np.isclose(found["aupr_known"][0], expected["AUPR-IN"], atol=0.03)
