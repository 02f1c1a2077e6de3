import numpy as np
import pytest
import torch
from scipy.special import softmax

from components.data import Manifest
from components.errors import DataError
from components.heads import ClosedHead, mlp


def manifest(tmp_path, labels, splits):
    names = [f"{index}.jpg" for index in range(len(labels))]
    return Manifest.of(tmp_path, {"path": names, "label": labels, "split": splits})


def test_rest_is_left_out_of_training_and_test(tmp_path):
    photos = manifest(tmp_path, ["b", "a", "resto", "a", "resto"], ["train", "train", "train", "test", "test"])
    (problem,) = ClosedHead().network_targets(photos)
    assert problem.class_names == ("a", "b")
    assert problem.targets.tolist() == [1, 0, -1, 0, -1]
    assert ClosedHead().test_rows(photos).tolist() == [3]


def test_without_rest_every_label_is_a_class(tmp_path):
    photos = manifest(tmp_path, ["b", "resto", "b", "resto"], ["train", "train", "test", "test"])
    assert ClosedHead(rest=None).network_targets(photos)[0].class_names == ("b", "resto")


def test_predictions_are_the_softmax_of_the_logits(tmp_path):
    photos = manifest(tmp_path, ["a", "b", "a", "b"], ["train", "train", "test", "test"])
    logits = np.random.default_rng(0).normal(size=(2, 2)) * 30
    predicted = ClosedHead().predictions(photos, np.array([2, 3]), [logits])
    np.testing.assert_allclose(predicted.scores, softmax(logits, axis=1), rtol=1e-12)
    np.testing.assert_allclose(predicted.scores.sum(axis=1), 1, rtol=1e-12)
    assert predicted.y_true.tolist() == [0, 1]
    assert predicted.y_pred.tolist() == logits.argmax(axis=1).tolist()
    assert predicted.ids.tolist() == ["2.jpg", "3.jpg"]


def test_a_test_label_without_training_photos_raises(tmp_path):
    photos = manifest(tmp_path, ["a", "b", "fuente"], ["train", "train", "test"])
    with pytest.raises(DataError, match=r"labels without training photos: fuente\..*head\.rest"):
        ClosedHead().network_targets(photos)


def test_a_single_class_raises(tmp_path):
    photos = manifest(tmp_path, ["a", "a", "resto"], ["train", "test", "train"])
    with pytest.raises(DataError, match="at least two classes, found: a"):
        ClosedHead().network_targets(photos)


def test_the_thesis_head_has_its_size():
    head = mlp(1280, 4, 2)
    assert sum(one.numel() for one in head.parameters()) == 10_284
    assert mlp(1280, 4, None)(torch.zeros(3, 1280)).shape == (3, 4)
    for name, one in head.named_parameters():
        if name.endswith("bias"):
            assert not one.any()
        else:  # Glorot uniform: within sqrt(6 / (fan_in + fan_out))
            bound = (6 / sum(one.shape)) ** 0.5
            assert 0.8 * bound < one.abs().max() <= bound
