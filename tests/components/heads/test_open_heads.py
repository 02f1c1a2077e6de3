"""Open-set heads against slow, literal implementations of their definitions."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax

from components.data import Manifest
from components.errors import ConfigError, DataError
from components.heads import ClosedHead, DualCNNHead, GateHead, OutlierExposureHead, RestClassHead, first_outputs, mlp
from components.results import UNKNOWN

LABELS = ["b", "a", "resto", "a", "resto", "b", "a", "resto", "b", ""]
SPLITS = ["train", "train", "train", "train", "validation", "validation", "test", "test", "test", "test"]
TEST = np.array([6, 7, 8])
HEADS = [ClosedHead(), RestClassHead(), RestClassHead(weigh_rest=1.0), DualCNNHead(), OutlierExposureHead()]
logits_of = arrays(np.float64, st.tuples(st.just(3), st.just(3)), elements=st.floats(-30, 30))


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    paths = [f"{index}.jpg" for index in range(len(LABELS))]
    return Manifest.of(tmp_path_factory.mktemp("photos"), {"path": paths, "label": LABELS, "split": SPLITS})


@settings(deadline=None)
@given(first=logits_of, second=logits_of)
def test_rows_sum_to_one_with_the_rest_and_the_truth_is_unknown_there(photos, first, second):
    for head in HEADS:
        shapes = [len(problem.class_names) for problem in head.network_targets(photos)]
        given_logits = [logits[:, :count] for logits, count in zip((first, second), shapes, strict=False)]
        found = head.predictions(photos, TEST, given_logits)
        assert found.class_names == ("a", "b")
        assert found.y_true.tolist() == [0, UNKNOWN, 1]
        rest = found.unknown_score if head.rejects else 0
        np.testing.assert_allclose(found.scores.sum(axis=1) + rest, 1, atol=1e-12)
        assert ((found.unknown_score >= 0) & (found.unknown_score <= 1)).all()
        if not head.rejects:
            assert (found.y_pred != UNKNOWN).all()
            np.testing.assert_allclose(found.unknown_score, 1 - found.scores.max(axis=1), atol=1e-12)


@settings(deadline=None)
@given(gate=logits_of, closed=logits_of)
def test_the_dual_head_follows_the_formula_of_the_thesis(photos, gate, closed):
    gate, closed = gate[:, :2], closed[:, :2]
    by_gate = DualCNNHead().predictions(photos, TEST, [gate, closed])
    by_product = DualCNNHead(label="product").predictions(photos, TEST, [gate, closed])
    for row in range(3):
        of_rest = softmax(gate[row])[1]
        joint = [softmax(closed[row])[index] * softmax(gate[row])[0] for index in range(2)]
        np.testing.assert_allclose(by_gate.scores[row], joint, rtol=1e-9, atol=1e-300)
        assert by_gate.unknown_score[row] == pytest.approx(of_rest)
        first = UNKNOWN if gate[row].argmax() == 1 else closed[row].argmax()
        if abs(gate[row, 0] - gate[row, 1]) > 1e-9 and abs(closed[row, 0] - closed[row, 1]) > 1e-9:
            assert by_gate.y_pred[row] == first
        ordered = np.sort([*joint, of_rest])
        if ordered[-1] - ordered[-2] > 1e-9:
            best = int(np.argmax([*joint, of_rest]))
            assert by_product.y_pred[row] == (UNKNOWN if best == 2 else best)
    rejected = by_gate.y_pred == UNKNOWN
    assert (by_product.y_pred[rejected] == UNKNOWN).all()  # the product rejects every photo that the gate rejects


@settings(deadline=None)
@given(logits=logits_of)
def test_the_rest_class_is_a_softmax_of_one_more(photos, logits):
    found = RestClassHead().predictions(photos, TEST, [logits])
    expected = softmax(logits, axis=1)
    np.testing.assert_allclose(np.column_stack([found.scores, found.unknown_score]), expected, atol=1e-12)
    for row in range(3):
        best = int(np.argmax(expected[row]))
        if np.diff(np.sort(expected[row])[-2:]) > 1e-9:
            assert found.y_pred[row] == (UNKNOWN if best == 2 else best)


def test_targets_of_each_head(photos):
    (rest,) = RestClassHead().network_targets(photos)
    assert rest.class_names == ("a", "b", "resto")
    assert rest.targets.tolist() == [1, 0, 2, 0, 2, 1, 0, 2, 1, -1]
    gate, closed = DualCNNHead().network_targets(photos)
    assert gate.targets.tolist() == [0, 0, 1, 0, 1, 0, 0, 1, 0, -1]
    assert closed.targets.tolist() == [1, 0, -1, 0, -1, 1, 0, -1, 1, -1]
    (exposed,) = OutlierExposureHead().network_targets(photos)
    assert exposed.targets[[0, 1, 2, 9]].tolist() == [[0, 1], [1, 0], [0.5, 0.5], [0, 0]]
    assert exposed.uses(np.array([0, 2, 9])).tolist() == [True, True, False]
    for head in HEADS[1:]:
        assert head.test_rows(photos).tolist() == [6, 7, 8]


def test_the_loss_of_outlier_exposure_is_the_papers(photos):
    (problem,) = OutlierExposureHead(strength=0.5).network_targets(photos)
    train = photos.rows("train")
    logits = torch.from_numpy(np.random.default_rng(0).normal(size=(len(LABELS), 2)))
    soft = torch.from_numpy(problem.targets).double()
    losses = -(soft * torch.log_softmax(logits, 1)).sum(1).numpy() * problem.weights
    known = [row for row in train if LABELS[row] != "resto"]
    outliers = [row for row in train if LABELS[row] == "resto"]
    log_p = torch.log_softmax(logits, 1).numpy()
    inside = np.mean([-log_p[row][["a", "b"].index(LABELS[row])] for row in known])
    outside = np.mean([-log_p[row].mean() for row in outliers])  # cross-entropy to the uniform distribution
    assert losses[train].sum() / len(known) == pytest.approx(inside + 0.5 * outside)
    assert OutlierExposureHead(strength=None).network_targets(photos)[0].weights is None


def test_the_background_class_weighs_as_much_as_a_mean_class(photos):
    (problem,) = RestClassHead(weigh_rest=1.0).network_targets(photos)
    train = photos.rows("train")
    weights = problem.weights[train]
    of_rest = problem.targets[train] == 2
    assert weights[of_rest].sum() == pytest.approx(weights[~of_rest].sum() / 2)


@pytest.mark.parametrize("head", [RestClassHead, DualCNNHead, OutlierExposureHead])
def test_a_missing_rest_raises(photos, head):
    with pytest.raises(DataError, match=r"no training photo has the label 'otros' \(labels: a, b, resto\)"):
        head(rest="otros").network_targets(
            photos.replace(split=np.where(photos.label == "resto", "train", photos.split))
        )
    with pytest.raises(ConfigError, match=r"set head\.rest"):
        head(rest=None).network_targets(photos)
    with pytest.raises(ConfigError, match=r"head\.label=gates"):
        DualCNNHead(label="gates")


@pytest.mark.parametrize("hidden", [2, None])
def test_the_first_outputs_of_a_network(hidden):
    network = mlp(5, 4, hidden)
    features = torch.randn(7, 5)
    truncated = first_outputs(network, 3)
    torch.testing.assert_close(truncated(features), network(features)[:, :3])
    assert network(features).shape == (7, 4)


@settings(deadline=None)
@given(logits=logits_of)
def test_the_gate_alone_is_the_dual_networks_gate_as_two_classes(photos, logits):
    logits = logits[:, :2]
    (alone,), (of_dual, _) = GateHead().network_targets(photos), DualCNNHead().network_targets(photos)
    assert alone.targets.tolist() == of_dual.targets.tolist() == [0, 0, 1, 0, 1, 0, 0, 1, 0, -1]
    found = GateHead().predictions(photos, TEST, [logits])
    assert found.class_names == ("no_resto", "resto")
    assert found.y_true.tolist() == [0, 1, 0]
    assert (found.y_pred == found.scores.argmax(axis=1)).all()
    np.testing.assert_allclose(found.scores, softmax(logits, axis=1), atol=1e-12)
    assert GateHead().test_rows(photos).tolist() == TEST.tolist()
