"""Detector and threshold on the outputs of trained networks: which photos each of them is fitted on."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from components.data import NEW_KIND, NOVELTY, SEEN_KIND, Manifest
from components.detectors import MSP, NoDetector
from components.errors import DataError
from components.heads import ClosedHead, RestClassHead, mlp
from components.results import UNKNOWN
from experiments.models.network_output import NetworkOutput
from experiments.models.open_set import OpenSetResult, open_set_rows, open_set_warnings, reject_unknowns

N, F = 60, 5


class RecordingDetector:
    """A detector that records the arguments of `fit` and scores by the first feature."""

    arguments = ()

    def fit(self, train, targets, classifier):
        RecordingDetector.arguments = (train, targets, classifier)
        return self

    def score(self, outputs):
        return outputs.features[:, 0].astype(np.float64)


@pytest.fixture
def photos(tmp_path):
    labels = ["a", "b", "resto"] * (N // 3)
    splits = ["train"] * 30 + ["validation"] * 15 + ["test"] * 12 + [""] * 3
    novelty = np.array([SEEN_KIND if label == "resto" else "" for label in labels], dtype=object)
    novelty[56] = NEW_KIND
    columns = {"path": [f"{row}.jpg" for row in range(N)], "label": labels, "split": splits, NOVELTY: novelty}
    return Manifest.of(tmp_path, columns)


def output(photos, head, tmp_path, classes):
    torch.manual_seed(0)
    network = mlp(F, classes, 2)
    torch.save({f"mlp.{name}": one for name, one in network.state_dict().items()}, tmp_path / "net.pt")
    features = np.random.default_rng(0).normal(size=(N, F)).astype(np.float32)
    rows = open_set_rows(head, photos)
    logits = network(torch.from_numpy(features[rows])).detach().double().numpy()
    return NetworkOutput(
        rows, logits, [], tmp_path / "net.pt", tmp_path / "none.npz", torch.from_numpy(features)
    ), features


def test_the_detector_sees_the_known_training_photos_and_the_known_logits(photos, tmp_path):
    head = RestClassHead()
    given, features = output(photos, head, tmp_path, 3)
    reject_unknowns(head, RecordingDetector(), 0.9, photos, [given])
    train, targets, classifier = RecordingDetector.arguments
    known = [row for row in range(30) if row % 3 != 2]
    np.testing.assert_array_equal(train.features, features[known])
    assert targets.tolist() == [row % 3 for row in known]
    np.testing.assert_allclose(classifier(torch.from_numpy(features[known])).detach(), train.logits, atol=1e-6)
    assert train.logits.shape == (20, 2)


def test_the_threshold_is_of_known_validation_photos_alone(photos, tmp_path):
    head = ClosedHead()
    given, features = output(photos, head, tmp_path, 2)
    found = reject_unknowns(head, RecordingDetector(), 0.8, photos, [given])
    known = [row for row in range(30, 45) if row % 3 != 2]
    assert found.threshold == np.sort(features[known, 0])[7]  # accepts 8 of 10
    test = np.arange(45, 57)
    np.testing.assert_array_equal(found.predictions.y_pred == UNKNOWN, features[test, 0] > found.threshold)
    assert found.predictions.ids.tolist() == [f"{row}.jpg" for row in test]
    assert found.predictions.y_true.tolist() == [(0, 1, UNKNOWN)[row % 3] for row in test]
    assert found.novelty.tolist() == photos.extra[NOVELTY][test].tolist()


def test_without_a_detector_the_labels_and_scores_of_the_head_are_kept(photos, tmp_path):
    head = RestClassHead()
    given, _ = output(photos, head, tmp_path, 3)
    found = reject_unknowns(head, NoDetector(), 0.9, photos, [given])
    tested = np.isin(given.rows, photos.rows("test"))
    own = head.predictions(photos, given.rows, [given.logits])
    assert np.isnan(found.threshold)
    np.testing.assert_array_equal(found.predictions.y_pred, own.y_pred[tested])
    np.testing.assert_array_equal(found.predictions.unknown_score, own.unknown_score[tested])


def test_warnings_for_heads_that_reject_nothing_and_for_constant_scores(photos, tmp_path):
    head = ClosedHead()
    given, _ = output(photos, head, tmp_path, 2)
    own, scored = (reject_unknowns(head, one, 0.9, photos, [given]) for one in (NoDetector(), MSP()))
    (warning,) = open_set_warnings(head, NoDetector(), [own])
    assert "ClosedHead rejects nothing" in warning
    assert "detector=msp" in warning
    assert not (own.predictions.y_pred == UNKNOWN).any()
    assert open_set_warnings(head, MSP(), [scored]) == ()
    assert open_set_warnings(RestClassHead(), NoDetector(), [own]) == ()
    dead = replace(own.predictions, unknown_score=np.full(len(own.predictions), 0.2))
    (warning,) = open_set_warnings(
        RestClassHead(), NoDetector(), [own, OpenSetResult(dead, own.novelty, own.threshold), own]
    )
    assert "1 of 3 replicates (number 1, counted from 0)" in warning
    assert "head.hidden" in warning


def test_errors_name_what_is_missing(photos, tmp_path):
    head = ClosedHead()
    none_of_the_rest = photos.replace(split=np.where(photos.label == "resto", "train", photos.split).astype(object))
    given, _ = output(none_of_the_rest, head, tmp_path, 2)
    with pytest.raises(DataError, match="has no photo of the rest"):
        reject_unknowns(head, MSP(), 0.9, none_of_the_rest, [given])
    no_validation = photos.replace(split=np.where(photos.split == "validation", "", photos.split).astype(object))
    given, _ = output(no_validation, head, tmp_path, 2)
    with pytest.raises(DataError, match="validation photos of known classes, and there are none"):
        reject_unknowns(head, MSP(), 0.9, no_validation, [given])
