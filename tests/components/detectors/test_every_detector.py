"""Properties that every detector of `conf/detector` has."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score
from torch import nn

from components import detectors
from components.detectors import Detector, NoDetector, Outputs
from components.errors import ConfigError, DataError

NAMES = [name for name in detectors.__all__ if name not in {"Detector", "Outputs", "State", "NoDetector"}]
EVERY = [getattr(detectors, name) for name in NAMES]

every = pytest.mark.parametrize("kind", EVERY, ids=NAMES)


def learns(kind):
    """Return whether `fit` uses the training photos."""
    return kind not in {detectors.MSP, detectors.MaxLogit, detectors.Energy, detectors.Entropy, detectors.GEN,
                        detectors.ASH, detectors.Scale}  # fmt: skip


learning = pytest.mark.parametrize("kind", [detector for detector in EVERY if learns(detector)])


@pytest.fixture(params=[False, True], ids=["linear", "hidden"])
def case(request, make_case):
    return make_case(hidden=request.param)


def scores(kind, case):
    detector: Detector = kind()
    return detector.fit(case.train, case.targets, case.classifier).score(case.test)


@every
def test_unknown_photos_score_higher(kind, case):
    found = scores(kind, case)
    assert found.shape == (100,)
    assert found.dtype == np.float64
    assert np.isfinite(found).all()
    assert roc_auc_score(case.unknown, found) > 0.6


@every
def test_scores_are_the_same_bit_by_bit(kind, case):
    first, second = scores(kind, case), scores(kind, copy.deepcopy(case))
    assert np.array_equal(first, second)


@every
def test_a_restored_detector_gives_the_same_scores(kind, case, tmp_path):
    fitted = kind().fit(case.train, case.targets, case.classifier)
    np.savez(tmp_path / "state.npz", **fitted.state())
    with np.load(tmp_path / "state.npz", allow_pickle=False) as state:
        restored = kind().load_state(dict(state), copy.deepcopy(case.classifier))
    assert np.array_equal(restored.score(case.test), fitted.score(case.test))


@every
def test_the_score_of_a_photo_does_not_depend_on_the_others(kind, case):
    detector = kind().fit(case.train, case.targets, case.classifier)
    together = detector.score(case.test)
    rows = np.array([99, 3, 41])
    assert detector.score(case.test.rows(rows)) == pytest.approx(together[rows], rel=1e-6, abs=1e-9)
    assert detector.score(case.test.rows(rows[:0])).shape == (0,)


@every
def test_inputs_are_not_changed(kind, make_case):
    case = make_case()
    before = copy.deepcopy(case)
    scores(kind, case)
    for mine, its in ((case.train, before.train), (case.test, before.test)):
        assert np.array_equal(mine.features, its.features)
        assert np.array_equal(mine.logits, its.logits)
    for mine, its in zip(case.classifier.parameters(), before.classifier.parameters(), strict=True):
        assert torch.equal(mine, its)
        assert mine.grad is None


@every
def test_the_order_of_the_training_photos_does_not_matter(kind, make_case):
    case = make_case()
    order = np.random.default_rng(0).permutation(len(case.train))
    turned = replace(case, train=case.train.rows(order), targets=case.targets[order])
    assert scores(kind, turned) == pytest.approx(scores(kind, case), rel=1e-5, abs=1e-6)


@every
def test_photos_of_no_class_are_left_out_of_the_training(kind, make_case):
    case = make_case()
    strange = Outputs(1000 * np.ones((5, 16), np.float32), -1000 * np.ones((5, 4)))
    more = Outputs(
        np.concatenate([case.train.features, strange.features]), np.concatenate([case.train.logits, strange.logits])
    )
    padded = replace(case, train=more, targets=np.concatenate([case.targets, np.full(5, -1)]))
    assert scores(kind, padded) == pytest.approx(scores(kind, case))


@every
@pytest.mark.parametrize("photos", [1, 2, 3])
def test_a_class_with_few_photos(kind, photos, make_case):
    case = make_case()
    keep = (case.targets != 2) | (np.cumsum(case.targets == 2) <= photos)
    few = replace(case, train=case.train.rows(keep), targets=case.targets[keep])
    assert np.isfinite(scores(kind, few)).all()


@every
def test_fewer_photos_than_features(kind, make_case):
    """As in the thesis: 483 training photos, 1280 features."""
    case = make_case(features=64, n=24)
    found = scores(kind, case)
    assert np.isfinite(found).all()


@every
def test_features_that_never_vary(kind, make_case):
    case = make_case()
    case.train.features[:, :3] = 0
    assert np.isfinite(scores(kind, case)).all()


@every
def test_a_class_that_no_photo_is_classified_as(kind, make_case):
    case = make_case()
    logits = case.train.logits.copy()
    logits[:, 2] -= 1e4
    assert np.isfinite(scores(kind, replace(case, train=Outputs(case.train.features, logits)))).all()


@learning
def test_unusable_training_photos_raise_data_errors(kind, make_case):
    case = make_case()
    broken = case.train.features.copy()
    broken[7, 3] = np.nan
    for train, targets, words in (
        (case.train, np.full(240, -1), "there are none"),
        (case.train, np.full(240, 4), "expected -1 .. 3"),
        (case.train, case.targets[:10], "240 training photos and 10 targets"),
        (Outputs(broken, case.train.logits), case.targets, "not finite"),
    ):
        with pytest.raises(DataError, match=words):
            kind().fit(train, targets, case.classifier)


def test_openmax_needs_a_photo_of_each_class(make_case):
    case = make_case()
    keep = case.targets != 1
    with pytest.raises(DataError, match="none of class 1"):
        detectors.OpenMax().fit(case.train.rows(keep), case.targets[keep], case.classifier)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("KNN", {"k": 0}), ("NNGuide", {"k": -1}), ("ReAct", {"percentile": 90}), ("ASH", {"percentile": 1.0}),
        ("Scale", {"percentile": 0}), ("Mahalanobis", {"shrinkage": 1.5}), ("RelativeMahalanobis", {"shrinkage": -1}),
        ("ViM", {"dimension": 0}), ("OpenMax", {"tail": 2}), ("OpenMax", {"alpha": 0}), ("GEN", {"gamma": 0}),
        ("GEN", {"top_k": 0}), ("ODIN", {"epsilon": -1}), ("ODIN", {"temperature": 0}),
    ],
)  # fmt: skip
def test_invalid_settings_raise_config_errors(kind, settings):
    ((name, value),) = settings.items()
    with pytest.raises(ConfigError, match=f"{name} is {value}"):
        getattr(detectors, kind)(**settings)


@pytest.mark.parametrize(
    ("detector", "error"), [(detectors.KNN(241), DataError), (detectors.NNGuide(241), DataError),
                            (detectors.ViM(16), ConfigError)],
)  # fmt: skip
def test_settings_that_do_not_fit_the_data_raise_errors(detector, error, make_case):
    case = make_case()
    with pytest.raises(error, match=r"detector\.(k|dimension)"):
        detector.fit(case.train, case.targets, case.classifier)


def test_a_covariance_of_too_few_photos_without_shrinkage_raises_an_error(make_case):
    case = make_case(features=64, n=24)
    with pytest.raises(DataError, match="64 features of 24 training photos cannot be inverted"):
        detectors.Mahalanobis(shrinkage=0).fit(case.train, case.targets, case.classifier)


def test_only_the_classifier_is_called(make_case):
    """Detectors do not run the backbone; the classifier is called with features only."""
    case = make_case()

    class Watched(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.classifier, self.seen = case.classifier, set()

        def forward(self, features):
            self.seen.add(tuple(features.shape[1:]))
            return self.classifier(features)

    watched = Watched()
    for kind in EVERY:
        scores(kind, replace(case, classifier=watched))
    assert watched.seen == {(16,)}


def test_no_detector_returns_nan():
    assert np.isnan(NoDetector().score(Outputs(np.zeros((2, 3), np.float32), np.zeros((2, 4))))).all()
