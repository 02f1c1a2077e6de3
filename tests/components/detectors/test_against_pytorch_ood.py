"""Each detector compared with pytorch-ood, on small data for which pytorch-ood is precise enough."""

import numpy as np
import pytest
import torch
from pytorch_ood import detector as theirs
from scipy.special import expit
from sklearn.metrics import roc_auc_score
from torch import nn

from components import detectors
from components.detectors import Outputs, gaussians


def features(outputs):
    return torch.from_numpy(outputs.features)


def logits(outputs):
    return torch.from_numpy(outputs.logits)


def fitted(detector, case):
    return detector.fit(case.train, case.targets, case.classifier).score(case.test)


@pytest.fixture(params=[False, True], ids=["linear", "hidden"])
def case(request, make_case):
    return make_case(hidden=request.param)


def milder(outputs, by=30.0):
    """Return logits so small that pytorch-ood does not clip their probabilities at 1e-7."""
    return Outputs(outputs.features, outputs.logits / by)


def test_entropy(case):
    photos = milder(case.test)
    expected = theirs.Entropy.score(logits(photos)).numpy()
    assert detectors.Entropy().score(photos) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("gamma", "top"), [(0.1, None), (0.1, 2), (1.0, None)])
def test_gen(case, gamma, top):
    photos = milder(case.test)
    expected = theirs.GEN.score(logits(photos), gamma=gamma, M=top).numpy() * (top or 4)  # pytorch-ood returns the mean
    assert detectors.GEN(gamma, top).score(photos) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("detector", [detectors.MSP(), detectors.Entropy(), detectors.GEN()])
def test_confident_photos_do_not_tie(detector):
    sure = Outputs(np.zeros((9, 1), np.float32), np.array([[40.0 + row, 0, -3, 1] for row in range(9)]))
    assert (np.diff(detector.score(sure)) < 0).all()


def test_kl_matching(case):
    expected = theirs.KLMatching(None).fit_logits(logits(case.train)).predict_logits(logits(case.test)).numpy()
    assert np.array_equal(fitted(detectors.KLMatching(), case), expected)


def test_mahalanobis_without_shrinkage(case):
    reference = theirs.Mahalanobis(None).fit_features(features(case.train), torch.from_numpy(case.targets))
    # pytorch-ood does not divide the covariance by the number of photos, and halves the distance.
    expected = reference.predict_features(features(case.test)).numpy() * 2 * len(case.train)
    assert fitted(detectors.Mahalanobis(shrinkage=0), case) == pytest.approx(expected, rel=1e-3)


def test_relative_mahalanobis_without_shrinkage(case):
    reference = theirs.RMD(None).fit_features(features(case.train), torch.from_numpy(case.targets))
    expected = reference.predict_features(features(case.test)).numpy() * len(case.train)
    assert fitted(detectors.RelativeMahalanobis(shrinkage=0), case) == pytest.approx(expected, rel=1e-3, abs=1e-2)


@pytest.mark.parametrize("k", [1, 5, 240])
def test_knn(case, k):
    reference = theirs.KNN(None, k=k).fit_features(features(case.train), torch.from_numpy(case.targets))
    expected = reference.predict_features(features(case.test)).numpy()
    assert fitted(detectors.KNN(k), case) == pytest.approx(expected)


@pytest.mark.parametrize("k", [1, 10, 240])
def test_nn_guide(case, k):
    reference = theirs.NNGuide(None, case.classifier, k=k)
    reference.fit_features(features(case.train), torch.from_numpy(case.targets))
    expected = reference.predict_features(features(case.test)).numpy()
    assert fitted(detectors.NNGuide(k), case) == pytest.approx(expected, rel=1e-4)


def test_she(case):
    reference = theirs.SHE(None, case.classifier).fit_features(features(case.train), torch.from_numpy(case.targets))
    expected = reference.predict_features(features(case.test)).numpy()
    assert fitted(detectors.SHE(), case) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("dimension", [1, 8, 15])
def test_vim_of_a_linear_classifier(make_case, dimension):
    case = make_case()
    (linear,) = case.classifier
    reference = theirs.ViM(None, dimension, linear.weight, linear.bias)
    reference.fit_features(features(case.train), torch.from_numpy(case.targets))
    expected = reference.predict_features(features(case.test)).numpy()
    assert fitted(detectors.ViM(dimension), case) == pytest.approx(expected, rel=1e-3, abs=1e-2)


@pytest.mark.parametrize("percentile", [0.5, 0.9])
def test_react(case, percentile):
    reference = theirs.ReAct(None, case.classifier, percentile=percentile)
    reference.fit_feature_maps(features(case.train), torch.from_numpy(case.targets))
    expected = reference.predict_feature_maps(features(case.test)).numpy()
    assert fitted(detectors.ReAct(percentile), case) == pytest.approx(expected, rel=1e-4, abs=1e-3)


@pytest.mark.parametrize("variant", ["s", "b", "p"])
def test_ash(case, variant):
    head = nn.Sequential(nn.Flatten(), case.classifier)
    reference = theirs.ASH(None, head, variant=f"ash-{variant}", percentile=0.5)
    before = case.test.features.copy()
    expected = reference.predict_feature_maps(features(case.test)[:, :, None, None]).numpy()
    assert fitted(detectors.ASH(0.5, variant), case) == pytest.approx(expected, rel=1e-4, abs=1e-3)
    assert np.array_equal(case.test.features, before)


def test_scale(case):
    head = nn.Sequential(nn.Flatten(), case.classifier)
    expected = theirs.SCALE(None, head, percentile=0.5).predict_feature_maps(features(case.test)[:, :, None, None])
    assert fitted(detectors.Scale(0.5), case) == pytest.approx(expected.numpy(), rel=1e-4, abs=1e-3)


@pytest.mark.parametrize("temperature", [10.0, 1000.0])
def test_odin(case, temperature):
    step = 0.05 * float(case.train.features.std())
    reference = theirs.ODIN(case.classifier, eps=step, temperature=temperature)
    expected = 1 + reference.predict(features(case.test)).numpy()
    assert fitted(detectors.ODIN(temperature, epsilon=0.05), case) == pytest.approx(expected, abs=1e-5)


def test_odin_steps_towards_the_most_probable_class(make_case):
    case = make_case()
    still, stepped = (fitted(detectors.ODIN(10.0, epsilon=size), case) for size in (0.0, 0.3))
    assert (stepped < still).mean() > 0.95
    assert all(parameter.grad is None for parameter in case.classifier.parameters())


@pytest.mark.parametrize("alpha", [1, 3, 10])
def test_openmax(make_case, alpha):
    """pytorch-ood follows the paper if all training photos are classified correctly and every class is predicted."""
    case = make_case()
    train, test = milder(case.train, 10), milder(case.test, 10)
    assert set(test.logits.argmax(axis=1).tolist()) == {0, 1, 2, 3}
    keep = train.logits.argmax(axis=1) == case.targets
    train, targets = train.rows(keep), case.targets[keep]
    reference = theirs.OpenMax(None, tailsize=20, alpha=alpha)
    reference.fit_logits(logits(train), torch.from_numpy(targets))
    expected = reference.predict_logits(logits(test)).numpy()
    found = detectors.OpenMax(tail=20, alpha=alpha).fit(train, targets, case.classifier).score(test)
    assert expit(found) == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize("n", [48, 240])
def test_relative_mahalanobis_detects_unknown_photos_if_features_outnumber_photos(make_case, n):
    """With covariances that are shrunk separately the score is reversed: AUROC 0.16 on rendered photos."""
    case = make_case(features=96, n=n)
    found = fitted(detectors.RelativeMahalanobis(), case)
    assert roc_auc_score(case.unknown, found) > 0.9


@pytest.mark.parametrize("shrinkage", [0.1, None])
def test_relative_mahalanobis_depends_only_on_directions_in_which_class_means_differ(make_case, shrinkage):
    """Other directions contribute equally to both distances and cancel."""
    case = make_case(features=32, n=60)
    detector = detectors.RelativeMahalanobis(shrinkage).fit(case.train, case.targets, case.classifier)
    means = np.stack([case.train.features[case.targets == label].mean(axis=0) for label in range(4)]).astype(float)
    deviations = case.train.features - means[case.targets]
    covariance = gaussians.shrunk(deviations, shrinkage)
    # Directions d with d' S^-1 (m_k - m) = 0 for all classes.
    normal = np.linalg.solve(covariance, (means - means.mean(axis=0)).T)
    offset = np.random.default_rng(0).normal(size=(100, 32))
    offset -= offset @ np.linalg.pinv(normal.T) @ normal.T
    moved = Outputs((case.test.features + offset).astype(np.float32), case.test.logits)
    assert detector.score(moved) == pytest.approx(detector.score(case.test), abs=1e-2)
    assert not np.allclose(detector._classes.squared_distances(moved.features).min(axis=1),
                           detector._classes.squared_distances(case.test.features).min(axis=1), atol=1)  # fmt: skip
