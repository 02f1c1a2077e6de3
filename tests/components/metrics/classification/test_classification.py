import logging
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as sk

from components.errors import DataError
from components.metrics import classification_metrics, wilson
from components.metrics.statistics.wilson import score_interval
from components.results import UNKNOWN

NAMES = [
    "accuracy", "balanced_accuracy", "precision_weighted", "recall_weighted", "f1_weighted", "precision_macro",
    "recall_macro", "f1_macro", "kappa", "auc_ovo", "auc_ovr", "top_2_accuracy", "log_loss", "brier", "ece",
    "ece_debiased",
]  # fmt: skip


def test_values_are_scikit_learns_averaged_over_replicates(make_predictions) -> None:
    replicates = [make_predictions(seed=seed) for seed in range(3)]
    found = classification_metrics(replicates, n_resamples=20)
    references = {
        "accuracy": lambda one: sk.accuracy_score(one.y_true, one.y_pred),
        "f1_weighted": lambda one: sk.f1_score(one.y_true, one.y_pred, average="weighted"),
        "kappa": lambda one: sk.cohen_kappa_score(one.y_true, one.y_pred),
        "auc_ovo": lambda one: sk.roc_auc_score(one.y_true, one.scores, multi_class="ovo"),
        "auc_ovr": lambda one: sk.roc_auc_score(one.y_true, one.scores, multi_class="ovr", average="weighted"),
        "top_2_accuracy": lambda one: sk.top_k_accuracy_score(one.y_true, one.scores, k=2),
        "log_loss": lambda one: sk.log_loss(one.y_true, one.scores),
        "brier": lambda one: sk.brier_score_loss(one.y_true, one.scores, scale_by_half=False, labels=range(4)),
    }
    assert sorted(found) == sorted(NAMES)
    for name, reference in references.items():
        values = [reference(one) for one in replicates]
        assert found[name].values == pytest.approx(values), name
        assert found[name].value == pytest.approx(np.mean(values)), name
        assert found[name].n == 152


def test_bootstrap_interval_matches_a_slow_one(make_predictions) -> None:
    sample = make_predictions()
    found = classification_metrics([sample], n_resamples=4000)["f1_macro"]
    generator = np.random.default_rng(1)
    slow = []
    for _ in range(800):
        rows = generator.integers(152, size=152)
        slow.append(sk.f1_score(sample.y_true[rows], sample.y_pred[rows], average="macro", zero_division=0))
    assert (found.low, found.high) == pytest.approx(np.quantile(slow, (0.025, 0.975)), abs=0.01)


def test_seeds_widen_the_interval_by_students_rule(make_predictions) -> None:
    replicates = [make_predictions(seed=seed, skill=skill) for seed, skill in enumerate((1.0, 1.6, 2.4))]
    found = classification_metrics(replicates, n_resamples=4000)["recall_weighted"]
    right = np.stack([one.y_pred == one.y_true for one in replicates])
    over_photos, over_seeds = right.mean(axis=0).var(ddof=1) / 152, right.mean(axis=1).var(ddof=1) / 3
    t = np.average(stats.t.ppf(0.975, [151, 2]), weights=[over_photos, over_seeds])
    n = right.mean() * (1 - right.mean()) / (over_photos + over_seeds)
    assert (found.low, found.high) == pytest.approx(score_interval(right.mean(), n, t), abs=0.015)
    alone = classification_metrics(replicates[:1], n_resamples=1000)["recall_weighted"]
    assert found.high - found.low > 1.3 * (alone.high - alone.low)


def test_interval_covers_the_truth(make_predictions) -> None:
    truth = classification_metrics([make_predictions(n=60_000, seed=99, truth_seed=98)], n_resamples=1)
    names = ("f1_macro", "kappa", "auc_ovo", "log_loss", "brier")
    hits = dict.fromkeys(names, 0)
    for seed in range(120):
        found = classification_metrics([make_predictions(seed=seed, truth_seed=1000 + seed)], n_resamples=200)
        for name in names:
            hits[name] += found[name].low <= truth[name].value <= found[name].high
    assert all(count / 120 > 0.87 for count in hits.values()), hits


def test_accuracy_has_wilsons_interval(make_predictions) -> None:
    sample = make_predictions()
    accuracy = classification_metrics([sample], n_resamples=1)["accuracy"]
    assert (accuracy.low, accuracy.high) == pytest.approx(wilson((sample.y_true == sample.y_pred).sum(), 152))


def test_more_confidence_is_wider_and_the_seed_decides(make_predictions) -> None:
    replicates = [make_predictions(seed=seed) for seed in range(2)]
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    once = classification_metrics(replicates)
    assert once == classification_metrics(replicates)
    assert np.array_equal(state, np.random.get_state()[1])  # noqa: NPY002
    assert once["kappa"].low != classification_metrics(replicates, seed=1)["kappa"].low
    wide = classification_metrics(replicates, confidence=0.99)
    names = set(NAMES) - {"ece"}  # whose lower end is 0
    assert all(wide[name].low < once[name].low and wide[name].high > once[name].high for name in names)


def test_blocks_do_not_change_the_resamples(make_predictions, monkeypatch) -> None:
    replicates = [make_predictions(n=40, seed=seed) for seed in range(2)]
    at_once = classification_metrics(replicates, n_resamples=100)
    monkeypatch.setattr("components.metrics.statistics.resampling.BLOCK_ELEMENTS", 40 * 7)
    in_blocks = classification_metrics(replicates, n_resamples=100)
    for name in NAMES:
        assert (in_blocks[name].low, in_blocks[name].high) == pytest.approx((at_once[name].low, at_once[name].high))


def test_replicates_share_the_draw_of_the_photos_they_share(make_predictions) -> None:
    sample = make_predictions()
    alone = classification_metrics([sample])
    order = np.random.default_rng(0).permutation(152)
    shuffled = replace(
        sample, ids=sample.ids[order], y_true=sample.y_true[order], scores=sample.scores[order],
        y_pred=sample.y_pred[order], unknown_score=sample.unknown_score[order],
    )  # fmt: skip
    twice = classification_metrics([sample, shuffled])
    for name in NAMES:
        # the accuracy of a single replicate needs no bootstrap
        tolerance = 0.005 if name == "accuracy" else 1e-6
        ends = (alone[name].low, alone[name].high)
        assert (twice[name].low, twice[name].high) == pytest.approx(ends, abs=tolerance), name


def test_different_photos_narrow_the_interval(make_predictions) -> None:
    same = [make_predictions(seed=0), make_predictions(seed=0)]
    apart = [make_predictions(seed=0), make_predictions(seed=0, prefix="elsewhere")]
    together, split = classification_metrics(same), classification_metrics(apart)
    assert (together["kappa"].n, split["kappa"].n) == (152, 304)

    def narrowing(name: str) -> float:
        return (split[name].high - split[name].low) / (together[name].high - together[name].low)

    for name in ("accuracy", "f1_macro", "auc_ovo"):
        assert narrowing(name) == pytest.approx(1 / math.sqrt(2), rel=0.06), name


def test_different_numbers_of_photos(make_predictions) -> None:
    found = classification_metrics([make_predictions(n=60), make_predictions(n=90, prefix="elsewhere")])
    assert found["kappa"].n == 150
    assert found["kappa"].low < found["kappa"].value < found["kappa"].high


def test_two_classes_have_no_top_2_accuracy(make_predictions) -> None:
    assert "top_2_accuracy" not in classification_metrics([make_predictions(classes=2)], n_resamples=10)
    assert "top_1_accuracy" in classification_metrics([make_predictions(classes=2)], n_resamples=10, top_k=1)


def test_one_class_leaves_the_auc_undefined_with_a_warning(make_predictions, caplog) -> None:
    sample = make_predictions()
    sample = replace(sample, y_true=np.zeros_like(sample.y_true))
    with caplog.at_level(logging.WARNING, "components.metrics"):
        found = classification_metrics([sample], n_resamples=30)
    for name in ("auc_ovo", "auc_ovr"):
        assert all(math.isnan(number) for number in (found[name].value, found[name].low, found[name].high))
        assert name in caplog.text
    (line,) = caplog.messages
    assert "are undefined on these 152 test photos" in line
    assert "precision_macro, kappa are the same whichever of the test photos are drawn" in line
    assert math.isnan(found["kappa"].low)
    assert found["accuracy"].value == pytest.approx((sample.y_pred == 0).mean())


def test_undefined_resamples_are_left_out_with_a_warning(make_predictions, caplog) -> None:
    sample = make_predictions(n=4, classes=2)
    sample = replace(sample, y_true=np.array([0, 1, 1, 1]))
    with caplog.at_level(logging.WARNING, "components.metrics"):
        found = classification_metrics([sample], n_resamples=500)["auc_ovo"]
    assert not math.isnan(found.low)
    message = next(record.message for record in caplog.records if "auc_ovo" in record.message)
    assert len(caplog.messages) == 1
    # (3/4)^4 of the resamples lack class 0, (1/4)^4 lack class 1
    assert int(message.split(" in ")[1].split()[0]) / 500 == pytest.approx(0.32, abs=0.06)


def test_a_rejected_photo_is_wrong(make_predictions) -> None:
    sample = make_predictions()
    rejecting = replace(sample, y_pred=np.where(np.arange(152) < 10, UNKNOWN, sample.y_true))
    found = classification_metrics([rejecting], n_resamples=10)
    assert found["accuracy"].value == pytest.approx(142 / 152)
    assert found["f1_macro"].value == pytest.approx(
        sk.f1_score(rejecting.y_true, rejecting.y_pred, average="macro", zero_division=0)
    )


def test_what_cannot_be_averaged_is_refused(make_predictions) -> None:
    sample = make_predictions()
    unknown = replace(sample, y_true=np.where(np.arange(152) < 3, UNKNOWN, sample.y_true))
    twice = replace(sample, ids=np.array(["same"] * 152, dtype=object))
    relabelled = replace(sample, y_true=(sample.y_true + 1) % 4)
    diverged = replace(sample, scores=np.where(np.arange(152)[:, None] == 5, np.nan, sample.scores))
    for replicates, message in (
        ([], "at least one"),
        ([sample, make_predictions(classes=5)], "replicate 1 has the classes"),
        ([make_predictions(n=0)], "no photos"),
        ([unknown], "3 of the 152 photos"),
        ([twice], "twice"),
        ([sample, relabelled], "'photo/0.jpg' has the label"),
        ([diverged], "'photo/5.jpg' are not finite"),
    ):
        with pytest.raises(DataError, match=message):
            classification_metrics(replicates)


def test_without_an_error_the_interval_is_not_empty(make_predictions) -> None:
    sample = make_predictions(n=50)
    right = replace(sample, y_pred=sample.y_true, scores=np.eye(4)[sample.y_true] * 0.96 + 0.01)
    found = classification_metrics([right], n_resamples=50)
    for name in ("accuracy", "f1_macro", "f1_weighted", "kappa", "auc_ovo", "top_2_accuracy"):
        assert found[name].value == found[name].high == pytest.approx(1), name
        assert found[name].low < 0.95, name


def test_a_run_that_calls_one_class_has_no_interval_of_kappa(make_predictions, caplog) -> None:
    sample = make_predictions()
    same = replace(sample, y_pred=np.zeros_like(sample.y_true))
    with caplog.at_level(logging.WARNING, "components.metrics"):
        found = classification_metrics([same, replace(same)], n_resamples=50)
    assert found["kappa"].value == 0
    assert found["balanced_accuracy"].value == pytest.approx(0.25)
    assert all(math.isnan(found[name].low) and math.isnan(found[name].high) for name in ("kappa", "balanced_accuracy"))
    assert not math.isnan(found["accuracy"].low)
    (line,) = caplog.messages
    assert line.startswith("balanced_accuracy, recall_macro, kappa are the same whichever of the test photos are drawn")


def test_the_calibration_error_lies_between_its_two_estimates(make_predictions) -> None:
    """Scores of a model whose probabilities are right: the error is 0, which ece is far from on few photos."""
    runs = [make_predictions(n=150, seed=seed, truth_seed=seed, skill=1.0) for seed in range(200)]
    both = np.array(
        [
            [found[name].value for name in ("ece_debiased", "ece")]
            for found in (classification_metrics([one], n_resamples=2) for one in runs)
        ]
    )
    low, high = both.mean(axis=0)
    assert abs(low) < 0.01
    assert high > 0.06
    inside = [classification_metrics([one], n_resamples=100)["ece"].low <= 1e-9 for one in runs]
    assert np.mean(inside) > 0.93
