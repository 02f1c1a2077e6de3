"""Open-set metrics against scikit-learn, and against the papers' definitions spelt out photo by photo."""

import logging
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as sk

from components.errors import DataError
from components.metrics import acceptance_threshold, compare, open_set_curve, open_set_metrics, wilson
from components.metrics.open_set import RANKING
from components.results import UNKNOWN


def fpr95_known(one):
    known = one.y_true != UNKNOWN
    false, true, _ = sk.roc_curve(known, -one.unknown_score, drop_intermediate=False)
    return false[np.argmax(true >= 0.95)]


def fpr95_unknown(one):
    """As OpenOOD computes it."""
    false, true, _ = sk.roc_curve(one.y_true == UNKNOWN, one.unknown_score, drop_intermediate=False)
    return false[np.argmax(true >= 0.95)]


def slow_oscr(one):
    """Dhamija et al.: the rate of correct classification over that of false positives, threshold by threshold."""
    known = one.y_true != UNKNOWN
    right = known & (one.scores.argmax(axis=1) == one.y_true)
    points = [(0.0, 0.0)]
    for at in np.unique(one.unknown_score):
        accepted = one.unknown_score <= at
        points.append((accepted[~known].mean(), (accepted & right).sum() / known.sum()))
    false, correct = np.array(points).T
    return sum((b - a) * (c + d) / 2 for a, b, c, d in zip(false, false[1:], correct, correct[1:], strict=False))


REFERENCES = {
    "auroc": lambda one: sk.roc_auc_score(one.y_true == UNKNOWN, one.unknown_score),
    "aupr_unknown": lambda one: sk.average_precision_score(one.y_true == UNKNOWN, one.unknown_score),
    "aupr_known": lambda one: sk.average_precision_score(one.y_true != UNKNOWN, -one.unknown_score),
    "fpr95_unknown": fpr95_unknown,
    "fpr95_known": fpr95_known,
    "oscr": slow_oscr,
    "accuracy": lambda one: sk.accuracy_score(one.y_true, one.y_pred),
    "f1_macro": lambda one: sk.f1_score(one.y_true, one.y_pred, average="macro"),
    "f1_weighted": lambda one: sk.f1_score(one.y_true, one.y_pred, average="weighted"),
    "kappa": lambda one: sk.cohen_kappa_score(one.y_true, one.y_pred),
    "known_acceptance": lambda one: np.mean(one.y_pred[one.y_true != UNKNOWN] != UNKNOWN),
    "unknown_rejection": lambda one: sk.recall_score(one.y_true == UNKNOWN, one.y_pred == UNKNOWN),
    "closed_accuracy": lambda one: np.mean((one.scores.argmax(axis=1) == one.y_true)[one.y_true != UNKNOWN]),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("decimals", [None, 0], ids=["distinct", "ties"])
def test_values_are_those_of_the_references(dtype, decimals, make_open) -> None:
    replicates = [make_open(seed=seed, dtype=dtype, decimals=decimals) for seed in range(3)]
    assert min(one.unknown_score.min() for one in replicates) < -5  # raw energies, far outside [0, 1]
    found = open_set_metrics(replicates, n_resamples=5)
    for name, reference in REFERENCES.items():
        assert found[name].values == pytest.approx([reference(one) for one in replicates]), name


def test_areas_over_the_classes_and_the_unknown_are_scikit_learns(make_open) -> None:
    """A head with a probability of the unknown: rows of n + 1 probabilities, as in the thesis."""
    one = make_open()
    unknown = 1 / (1 + np.exp(-one.unknown_score - 2))
    one = replace(one, unknown_score=unknown, scores=one.scores * (1 - unknown)[:, None])
    truth = np.where(one.y_true == UNKNOWN, 4, one.y_true)
    rows = np.column_stack([one.scores, unknown])
    assert rows.sum(axis=1) == pytest.approx(1)
    found = open_set_metrics([one], n_resamples=5)
    assert found["auc_ovo"].value == pytest.approx(sk.roc_auc_score(truth, rows, multi_class="ovo"))
    assert found["auc_ovr"].value == pytest.approx(sk.roc_auc_score(truth, rows, multi_class="ovr", average="weighted"))
    confidence, right = rows.max(axis=1), rows.argmax(axis=1) == truth
    bins = np.ceil(confidence * 15)
    gaps = [abs(right[bins == one].mean() - confidence[bins == one].mean()) * (bins == one).mean() for one in set(bins)]
    assert found["ece"].value == pytest.approx(sum(gaps))


def test_the_unknowns_share_of_the_probability_leaves_the_closed_part_as_it_is(make_open) -> None:
    one = make_open()
    joint = replace(one, scores=one.scores * np.random.default_rng(0).random((len(one), 1)))
    before, after = (open_set_metrics([each], n_resamples=5) for each in (one, joint))
    for name in ("closed_accuracy", "closed_ece", "auroc", "oscr"):
        assert after[name].value == pytest.approx(before[name].value), name


def test_intervals_match_a_slow_bootstrap_over_photos_and_students_over_replicates(make_open) -> None:
    replicates = [make_open(seed=seed, skill=skill) for seed, skill in enumerate((2.0, 3.0, 4.0))]
    found = open_set_metrics(replicates, n_resamples=4000)
    generator = np.random.default_rng(1)
    names = ("auroc", "aupr_unknown", "fpr95_unknown", "fpr95_known", "oscr")
    slow = {name: [] for name in names}
    for _ in range(400):
        rows = generator.integers(181, size=181)
        samples = [
            replace(one, ids=one.ids, y_true=one.y_true[rows], scores=one.scores[rows], y_pred=one.y_pred[rows],
                    unknown_score=one.unknown_score[rows])
            for one in replicates
        ]  # fmt: skip
        for name in names:
            slow[name].append(np.mean([REFERENCES[name](one) for one in samples]))
    for name in names:
        over_seeds = np.var(found[name].values, ddof=1) / 3
        shares = np.array([np.var(slow[name], ddof=1), over_seeds]) / (np.var(slow[name], ddof=1) + over_seeds)
        t = shares @ stats.t.ppf(0.975, [180, 2])
        width = 2 * t * np.sqrt(np.var(slow[name], ddof=1) + over_seeds)
        assert found[name].high - found[name].low == pytest.approx(width, rel=0.35), name  # Wilson's is shorter
        assert found[name].low < found[name].value < found[name].high, name


def test_shares_of_right_photos_have_wilsons_interval(make_open) -> None:
    one = make_open()
    found = open_set_metrics([one], n_resamples=5)["closed_accuracy"]
    known = int((one.y_true != UNKNOWN).sum())
    assert found.n == known
    assert (found.low, found.high) == pytest.approx(wilson(found.value * known, known))


def test_kinds_of_unknown_are_told_apart(make_open) -> None:
    replicates = [make_open(seed=seed) for seed in range(2)]
    new = [(one.y_true == UNKNOWN) & (np.arange(181) % (2 + number) == 0) for number, one in enumerate(replicates)]
    told = [replace(one, new_unknown=mask) for one, mask in zip(replicates, new, strict=True)]
    found = open_set_metrics(told, n_resamples=50)
    plain = open_set_metrics(replicates, n_resamples=50)
    assert {name: found[name] for name in plain} == plain
    for suffix, masks in (
        ("_known_unknowns", [(one.y_true == UNKNOWN) & ~mask for one, mask in zip(replicates, new, strict=True)]),
        ("_new_unknowns", new),
    ):
        kept = []
        for one, mask in zip(replicates, masks, strict=True):
            rows = mask | (one.y_true != UNKNOWN)
            kept.append(
                replace(one, ids=one.ids[rows], y_true=one.y_true[rows], scores=one.scores[rows],
                        y_pred=one.y_pred[rows], unknown_score=one.unknown_score[rows])
            )  # fmt: skip
        for name in (
            "auroc",
            "aupr_unknown",
            "aupr_known",
            "fpr95_unknown",
            "fpr95_known",
            "oscr",
            "unknown_rejection",
        ):
            expected = [REFERENCES[name](one) for one in kept]
            assert found[name + suffix].values == pytest.approx(expected), name + suffix
        photos = {photo for one in kept for photo in one.ids.tolist()}
        assert found["auroc" + suffix].n == len(photos)
    assert found["unknown_rejection_new_unknowns"].n == len(
        {photo for one, mask in zip(replicates, new, strict=True) for photo in one.ids[mask].tolist()}
    )


def test_a_kind_without_photos_is_left_out(make_open) -> None:
    one = make_open()
    found = open_set_metrics([replace(one, new_unknown=one.y_true == UNKNOWN)], n_resamples=5)
    assert "auroc_new_unknowns" in found
    assert not any(name.endswith("_known_unknowns") for name in found)


def test_without_unknown_photos_the_ranking_is_undefined(make_open, caplog) -> None:
    one = make_open()
    one = replace(one, y_true=np.maximum(one.y_true, 0))
    with caplog.at_level(logging.WARNING):
        found = open_set_metrics([one], n_resamples=5)
    assert all(np.isnan(found[name].value) for name in RANKING)
    (line,) = caplog.messages
    assert line.startswith("auroc, ")
    assert "are undefined on these 181 test photos" in line
    assert found["closed_accuracy"].value > 0.5


def test_infinite_scores_are_ranked(make_open) -> None:
    one = make_open()
    extreme = np.where(one.y_true == UNKNOWN, np.inf, one.unknown_score)
    assert open_set_metrics([replace(one, unknown_score=extreme)], n_resamples=5)["auroc"].value == 1


def test_what_does_not_fit_is_refused(make_open) -> None:
    one = make_open()
    with pytest.raises(DataError, match="181 of the 181 photos of replicate 0 have no unknown score"):
        open_set_metrics([replace(one, unknown_score=np.full(181, np.nan))])
    with pytest.raises(ValueError, match=r"expected \(181,\)"):
        replace(one, new_unknown=np.zeros(3, dtype=bool))
    with pytest.raises(ValueError, match="which is of the class 'class "):
        replace(one, new_unknown=np.ones(181, dtype=bool))
    with pytest.raises(DataError, match="there are no unknown ones"):
        open_set_curve(replace(one, y_true=np.maximum(one.y_true, 0)))


@pytest.mark.parametrize(
    "metric",
    ["auroc", "aupr_known", "fpr95_unknown", "fpr95_known", "oscr", "accuracy", "unknown_rejection", "auc_ovo"],
)
def test_a_better_detector_is_found_better(metric, make_open) -> None:
    """The same networks, one with energies that say more of the unknown."""
    dull = [make_open(seed=seed) for seed in range(4)]
    sharp = []
    for one in dull:
        scores = one.unknown_score + 2.5 * (one.y_true == UNKNOWN)
        at = acceptance_threshold(scores[one.y_true != UNKNOWN], 0.9)
        rejected = np.where(scores > at, UNKNOWN, one.scores.argmax(axis=1))
        sharp.append(replace(one, unknown_score=scores, y_pred=rejected))
    found = compare(dull, sharp, metric, paired=True, n_resamples=400)
    values = [open_set_metrics(run, n_resamples=2)[metric].value for run in (dull, sharp)]
    assert (found.baseline, found.value) == pytest.approx(values)
    assert found.verdict == "better"
    assert found.low < values[1] - values[0] < found.high
    assert compare(dull, dull, metric, n_resamples=50).verdict == "indistinguishable"
