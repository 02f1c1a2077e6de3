"""Models of a cross-validation: their jobs, their files, pooled predictions, and what a killed run trains again."""

from functools import partial

import numpy as np
import pytest
import torch
from PIL import Image

from components.augmentations import Policy
from components.backbones.cnn import thesis_cnn
from components.data import (
    NOVELTY,
    Folds,
    class_holdout,
    folder,
    kfold,
    known_kinds,
    load_pixels,
    new_kinds,
    stratified,
)
from components.detectors import MSP, NoDetector
from components.errors import DataError, LeakError
from components.heads import ClosedHead, RestClassHead
from components.results import UNKNOWN, Predictions
from components.trackers import Tracker
from components.training import Training
from components.training.schedules import constant
from experiments.models import seeded, set_up_training, training_splits
from experiments.models.open_set import fit_rejection, open_set_rows
from experiments.models.open_set_folds import check_validation, reject_in_folds, with_unknowns
from experiments.models.pooling import pooled
from experiments.models.trainer import Trainer
from experiments.runs.run import Run

SIZES = {"a": 7, "b": 6, "resto": 5}


class Recorder(Tracker):
    """A tracker that remembers the names of what it receives."""

    def __init__(self):
        self.names = set()

    def log(self, values, step):
        self.names |= {name.partition("/")[0] for name in values}


@pytest.fixture
def photos(tmp_path):
    generator = np.random.default_rng(0)
    for label, size in SIZES.items():
        (tmp_path / "photos" / label).mkdir(parents=True)
        for row in range(size):
            coarse = generator.integers(0, 256, (5, 5, 3), dtype=np.uint8)
            picture = Image.fromarray(coarse).resize((24, 24), Image.Resampling.BICUBIC)
            picture.save(tmp_path / "photos" / label / f"{row}.png")
    return folder(tmp_path / "photos")


@pytest.fixture
def set_up(photos, tmp_path):
    def of(split=kfold, head=None, run="run", **changes):
        (tmp_path / run).mkdir(exist_ok=True)
        arguments = {
            "data": photos,
            "split": split,
            "pixels": partial(load_pixels, size=24),
            "backbone": thesis_cnn,
            "augmentation": Policy(),
            "head": head or ClosedHead(),
            "training": Training(partial(torch.optim.Adam, lr=1e-3), constant, epochs=1, batch_size=8),
            "on_leak": "error",
            "seed": 0,
            "replicates": 1,
            "resplit": False,
            "device": "cpu",
            "run": Run(folder=tmp_path / run, tracker=Recorder(), subtitle=""),
        }
        return set_up_training(**arguments | changes)

    return of


def train(setup):
    with seeded(0, setup.device):
        return setup.replicates.train(setup.splits)


def test_each_fold_is_trained_and_the_predictions_are_of_all_photos(set_up, photos, tmp_path):
    setup = set_up(partial(kfold, folds=3), replicates=2)
    predictions, curves = train(setup)
    known = [path for path in setup.photos.manifest.path if not path.startswith("resto")]
    assert [one.ids.tolist() for one in predictions] == [known, known]
    names = [f"closed-{replicate}-fold{fold}" for replicate in (0, 1) for fold in range(3)]
    assert sorted(path.stem for path in (tmp_path / "run" / "models").iterdir()) == sorted([*names, "closed-0-all"])
    assert setup.replicates.trainer.run.tracker.names == {*names, "closed-0-all"}
    assert [(row["replicate"], row["fold"]) for row in curves] == [
        *((replicate, fold) for replicate in (0, 1) for fold in range(3)),
        (0, "all"),
    ]
    assert list(curves[0])[:3] == ["replicate", "fold", "network"]
    assert training_splits.repetitions(setup.splits) == "2 replicates of 3 folds"
    of_fold = setup.replicates.head.test_rows(setup.splits[1].manifest)
    (output,) = setup.replicates.outputs(setup.splits[1:2], [of_fold])[0]
    alone = setup.replicates.head.predictions(setup.splits[1].manifest, of_fold, [output.logits])
    np.testing.assert_array_equal(predictions[0].take(np.isin(predictions[0].ids, alone.ids)).scores, alone.scores)


def test_an_ordinary_split_has_the_names_that_it_had(set_up, tmp_path):
    setup = set_up(partial(stratified, test=0.3, validation=0), replicates=2)
    predictions, curves = train(setup)
    assert len(predictions) == 2
    assert sorted(path.name for path in (tmp_path / "run" / "models").iterdir()) == ["closed-0.pt", "closed-1.pt"]
    assert list(curves[0])[:2] == ["replicate", "network"]
    assert training_splits.repetitions(setup.splits) == "2 replicates"
    assert training_splits.saved_split(setup.splits) is setup.splits[0]


def test_a_killed_run_trains_the_unfinished_folds_only(set_up, monkeypatch):
    whole, _ = train(set_up(run="whole"))
    trained = []
    train_alone = Trainer.train_alone

    def die_at_fold_2(self, job, n_replicates):
        if job.fold == 2 and len(trained) == 2:
            raise KeyboardInterrupt
        trained.append(job.fold)
        train_alone(self, job, n_replicates)

    monkeypatch.setattr(Trainer, "train_alone", die_at_fold_2)
    with pytest.raises(KeyboardInterrupt):
        train(set_up())
    trained.append("killed")
    (resumed,), _ = train(set_up())
    assert trained == [0, 1, "killed", 2, 3, 4, "all"]
    np.testing.assert_array_equal(resumed.scores, whole[0].scores)


def test_replicates_share_the_folds_or_draw_their_own(set_up):
    def sides(setup):
        return [[split.manifest.split.tolist() for split in one] for one in training_splits.tested_splits(setup.splits)]

    shared, own = (sides(set_up(replicates=2, resplit=resplit)) for resplit in (False, True))
    assert shared[0] == shared[1]
    assert own[0] == shared[0]
    assert own[0] != own[1]


def test_a_fold_without_photos_to_test_is_not_trained(set_up, photos):
    """In leave-one-out, a closed head is not tested on the photos of the rest."""
    setup = set_up(partial(kfold, folds="all"))
    (predictions,), curves = train(setup)
    assert len(predictions) == SIZES["a"] + SIZES["b"]
    assert len(curves) == len(predictions) + 1
    assert len(training_splits.tested_splits(setup.splits)[0]) == len(photos)


def test_every_fold_is_checked_for_leaks(photos, tmp_path):
    decoded = load_pixels(photos, size=24)

    def leaking(manifest, *, seed):
        found = kfold(manifest, seed=seed)
        last, copies = found.manifests[-1], manifest.sha256.copy()
        copies[last.rows("train")[0]] = copies[last.rows("test")[0]]
        return Folds((*found.manifests[:-1], last.replace(sha256=copies)), found.whole)

    assert len(training_splits.training_splits(decoded, kfold, [0, 1], True, "error")) == 11
    with pytest.raises(LeakError, match="1 pair of photos is on different sides"):
        training_splits.training_splits(decoded, leaking, [0], False, "error")


def open_results(setup, head, detector, unknowns):
    splits = with_unknowns(setup.splits, unknowns)
    check_validation(head, detector, splits)
    with seeded(0, setup.device):
        outputs = setup.replicates.outputs(splits, [open_set_rows(head, one.manifest) for one in splits])
    return splits, outputs, reject_in_folds(head, detector, 0.9, splits[:-1], outputs[:-1])


def test_each_fold_has_its_detector_and_threshold(set_up):
    head = RestClassHead()
    setup = set_up(partial(kfold, folds=3, validation=0.3), head, with_features=True)
    splits, outputs, result = open_results(setup, head, MSP(), known_kinds)
    assert result.predictions.ids.tolist() == setup.photos.manifest.path.tolist()
    assert (result.predictions.y_true == UNKNOWN).sum() == SIZES["resto"] == (result.novelty != "").sum()
    assert len(result.fold_thresholds) == 3
    assert result.threshold == pytest.approx(np.mean(result.fold_thresholds))
    for split, threshold in zip(splits, result.fold_thresholds, strict=False):
        tested = np.isin(result.predictions.ids, split.manifest.path[split.manifest.split == "test"])
        rejected = result.predictions.y_pred[tested] == UNKNOWN
        np.testing.assert_array_equal(rejected, result.predictions.unknown_score[tested] > threshold)
    saved = fit_rejection(head, MSP(), 0.9, splits[-1].manifest, outputs[-1])
    assert 0 <= saved.threshold <= 1
    assert saved.detector is not None


def test_without_validation_photos_a_detector_is_refused_before_training(set_up):
    head = RestClassHead()
    setup = set_up(partial(kfold, folds=3), head, with_features=True)
    with pytest.raises(DataError, match=r"folds have none: add split.validation=0.2, or use detector=none"):
        open_results(setup, head, MSP(), known_kinds)
    *_, result = open_results(setup, head, NoDetector(), known_kinds)
    assert np.isnan(result.threshold)
    assert len(result.predictions) == sum(SIZES.values())


def test_new_kinds_are_held_out_of_every_fold(set_up):
    """Six photos of the new kind in as many folds as there are photos: most folds test none of them."""
    split = partial(class_holdout, known=["a", "resto"], rest="unknown", base=partial(kfold, folds=9))
    setup = set_up(split, ClosedHead(rest="unknown"), replicates=2)
    splits = with_unknowns(setup.splits, partial(new_kinds, rest="unknown"))
    assert len(splits) == len(setup.splits) == 19
    for one in splits[:-1]:
        new = one.manifest.extra[NOVELTY] == "new kind"
        assert new.sum() == SIZES["b"]
        assert set(one.manifest.split[new]) <= {"test", ""}
        assert set(one.manifest.split[~new]) == {"train", "test"}
    assert splits[-1] == setup.splits[-1]


def part(ids, names=("x", "y")):
    n = len(ids)
    scores = np.tile([0.25, 0.75], (n, 1))
    one = np.ones(n, dtype=np.int64)
    return Predictions(np.array(ids, dtype=object), one, scores, one, np.arange(n, dtype=np.float64), names)


def test_pooled_predictions_are_in_the_order_of_the_photos(photos):
    paths = photos.path.tolist()
    found, order = pooled([part(paths[4:6]), part([paths[0], paths[9]])], photos)
    assert found.ids.tolist() == [paths[0], paths[4], paths[5], paths[9]]
    assert found.unknown_score.tolist() == [0, 0, 1, 1]
    assert order.tolist() == [2, 0, 1, 3]
    with pytest.raises(DataError, match=r"Fold 1 has other classes than fold 0 \(y, z\)"):
        pooled([part(paths[:2]), part(paths[2:4], ("x", "z"))], photos)
