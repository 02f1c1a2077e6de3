"""The difference of two runs: against slow versions, and how often it finds what is there and what is not."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as sk

from components.errors import ConfigError, DataError
from components.metrics import classification_metrics, compare, mcnemar
from components.results import UNKNOWN, Predictions


def models(generator, truth, common, replicates, skill, seed_spread=0.0, own=0.5, noise=0.6):
    """Replicates of one configuration: a photo's difficulty is shared by all, some of it is the configuration's."""
    n, classes = common.shape
    quirks = generator.normal(0, own, common.shape)
    ids = np.array([f"{row}.jpg" for row in range(n)], dtype=object)
    found = []
    for _ in range(replicates):
        logits = common + quirks + generator.normal(0, noise, common.shape)
        logits[np.arange(n), truth] += skill + generator.normal(0, seed_spread)
        scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        names = tuple(f"class {label}" for label in range(classes))
        found.append(Predictions(ids, truth, scores, scores.argmax(axis=1), np.full(n, np.nan), names))
    return found


def draw(seed, replicates, difference, seed_spread=0.0, n=152):
    """Two configurations on photos of their own draw."""
    generator = np.random.default_rng(seed)
    truth = generator.choice(4, n, p=[0.14, 0.41, 0.12, 0.33])
    common = generator.normal(size=(n, 4))
    a = models(generator, truth, common, replicates, 2.2, seed_spread)
    return a, models(generator, truth, common, replicates, 2.2 + difference, seed_spread)


def found_share(repeats, replicates, difference, seed_spread=0.0, metric="accuracy"):
    """Share of draws in which the two are told apart."""
    pairs = (draw(seed, replicates, difference, seed_spread) for seed in range(repeats))
    return np.mean([compare(*pair, metric, n_resamples=150).verdict != "indistinguishable" for pair in pairs])


@pytest.mark.parametrize(
    ("replicates", "seed_spread", "metric"),
    [(1, 0.0, "accuracy"), (1, 0.0, "kappa"), (2, 0.7, "accuracy"), (3, 0.25, "f1_macro"), (3, 0.7, "accuracy")],
)
def test_models_of_equal_skill_are_rarely_told_apart(replicates: int, seed_spread: float, metric: str) -> None:
    # 5 % and three standard errors of 300 draws; a percentile bootstrap has 0.29 and 0.16 where seeds matter most.
    assert found_share(300, replicates, 0.0, seed_spread, metric) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 300)


def test_a_real_difference_is_found() -> None:
    assert found_share(40, 1, 1.5) > 0.95
    assert found_share(40, 3, 2.0, seed_spread=0.25) > 0.9


def test_without_seeds_it_is_a_paired_t_test_of_the_photos() -> None:
    a, b = draw(0, 1, 0.5)
    found = compare(a, b, "brier", n_resamples=20_000)
    eye = np.eye(4)[a[0].y_true]
    losses = [((run[0].scores - eye) ** 2).sum(axis=1) for run in (a, b)]
    reference = stats.ttest_rel(losses[1], losses[0])
    interval = reference.confidence_interval()
    assert found.difference == pytest.approx(np.mean(losses[1]) - np.mean(losses[0]))
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=0.0015)
    assert found.p == pytest.approx(reference.pvalue, rel=0.1)
    assert found.verdict == "better"
    assert (found.n, found.replicates, found.paired) == (152, (1, 1), False)


def test_with_few_photos_noise_it_is_welchs_t_test_of_the_seeds() -> None:
    a, b = draw(0, 4, 0.2, seed_spread=0.5, n=20_000)
    found = compare(a, b, "brier", n_resamples=100)
    of_a, of_b = ([sk.brier_score_loss(one.y_true, one.scores, scale_by_half=False) for one in run] for run in (a, b))
    reference = stats.ttest_ind(of_b, of_a, equal_var=False)
    assert found.p == pytest.approx(reference.pvalue, rel=0.05)
    assert found.high - found.low == pytest.approx(np.diff(reference.confidence_interval())[0], rel=0.05)
    paired = compare(a, b, "brier", paired=True, n_resamples=100)
    assert paired.p == pytest.approx(stats.ttest_rel(of_b, of_a).pvalue, rel=0.05)
    assert paired.paired


def test_a_single_model_varies_as_those_it_is_compared_with() -> None:
    a, b = draw(0, 5, 0.2, seed_spread=0.5, n=20_000)
    found = compare(a[:1], b, "brier", n_resamples=100)
    of_b = [sk.brier_score_loss(one.y_true, one.scores, scale_by_half=False) for one in b]
    half = stats.t.ppf(0.975, 4) * np.std(of_b, ddof=1) * math.sqrt(1 + 1 / 5)
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=0.05)
    assert found.replicates == (1, 5)


def test_the_resamples_are_paired() -> None:
    """Kappa of two models that err on the same photos: the interval of the difference is that of slow pairs."""
    a, b = draw(3, 1, 0.4)
    found = compare(a, b, "kappa", n_resamples=4000)
    generator = np.random.default_rng(0)
    slow = []
    for _ in range(600):
        rows = generator.integers(152, size=152)
        kappas = [sk.cohen_kappa_score(run[0].y_true[rows], run[0].y_pred[rows]) for run in (a, b)]
        slow.append(kappas[1] - kappas[0])
    assert found.high - found.low == pytest.approx(2 * 1.976 * np.std(slow), rel=0.1)
    alone = [classification_metrics(run)["kappa"] for run in (a, b)]
    assert found.high - found.low < 0.9 * math.hypot(*(one.high - one.low for one in alone))


def test_accuracy_of_single_models_has_mcnemars_p() -> None:
    a, b = draw(1, 1, 0.4)
    right = [run[0].y_pred == run[0].y_true for run in (a, b)]
    exact = mcnemar(int((right[0] & ~right[1]).sum()), int((~right[0] & right[1]).sum()))
    found = compare(a, b)
    assert found.p == found.p_adjusted == found.p_mcnemar == exact
    assert compare(a, b, "recall_weighted").p == exact
    several = compare([*a, *b], [*b, *a])
    assert several.p_mcnemar == exact
    assert several.difference == pytest.approx(0)
    assert several.p == 1
    assert compare(a, b, "kappa").p_mcnemar is None


def test_five_discordant_photos_prove_nothing() -> None:
    a, _ = draw(0, 1, 0.0)
    a = [replace(a[0], y_pred=np.where(np.arange(152) < 5, (a[0].y_true + 1) % 4, a[0].y_true))]
    b = [replace(a[0], y_pred=a[0].y_true)]
    found = compare(a, b)
    assert found.p == pytest.approx(2 / 2**5)
    assert found.verdict == "indistinguishable"


@pytest.mark.parametrize("metric", ["log_loss", "accuracy", "auc_ovr"])
def test_the_other_way_round_is_the_opposite(metric: str) -> None:
    a, b = draw(2, 3, 1.5, seed_spread=0.1)
    there, back = compare(a, b, metric), compare(b, a, metric)
    assert (there.verdict, back.verdict) == ("better", "worse")
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.p == pytest.approx(back.p)


def test_a_run_beside_itself_is_indistinguishable() -> None:
    a, _ = draw(0, 2, 0.0)
    order = np.random.default_rng(0).permutation(152)
    shuffled = [
        Predictions(
            one.ids[order], one.y_true[order], one.scores[order], one.y_pred[order], one.unknown_score, one.class_names
        )
        for one in a
    ]
    for metric in ("accuracy", "log_loss", "kappa"):
        found = compare(a, shuffled, metric)
        assert found.difference == pytest.approx(0, abs=1e-12)
        assert (found.p, found.verdict) == (1, "indistinguishable")


def only(run: list[Predictions], rows) -> list[Predictions]:
    return [
        Predictions(
            one.ids[rows],
            one.y_true[rows],
            one.scores[rows],
            one.y_pred[rows],
            one.unknown_score[rows],
            one.class_names,
        )
        for one in run
    ]


def test_only_shared_photos_count() -> None:
    a, b = draw(0, 2, 0.5)
    found = compare(only(a, slice(0, 100)), only(b, slice(40, 152)))
    assert found == compare(only(a, slice(40, 100)), only(b, slice(40, 100)))
    assert found.n == 60


def test_replicates_with_test_photos_of_their_own_are_paired() -> None:
    a, b = draw(0, 2, 0.5)
    folds = [slice(0, 76), slice(76, 152)]
    apart_a, apart_b = ([only([one], fold)[0] for one, fold in zip(run, folds, strict=True)] for run in (a, b))
    found = compare(apart_a, apart_b)
    assert (found.paired, found.n) == (True, 152)
    halves = [
        np.mean(y.y_pred == y.y_true) - np.mean(x.y_pred == x.y_true) for x, y in zip(apart_a, apart_b, strict=True)
    ]
    assert found.difference == pytest.approx(np.mean(halves))
    with pytest.raises(DataError, match="share 0 test photos in replicate 0"):
        compare(apart_a, apart_b[::-1])


def test_photos_of_no_class_count_among_the_labels() -> None:
    a, b = draw(0, 1, 1.5)
    unknown = np.arange(152) < 30
    a = [replace(one, y_true=np.where(unknown, UNKNOWN, one.y_true)) for one in a]
    b = [replace(b[0], y_true=a[0].y_true, y_pred=np.where(unknown, UNKNOWN, b[0].y_pred))]
    found = compare(a, b)
    assert found.value == pytest.approx(np.mean(b[0].y_pred == b[0].y_true))
    assert found.baseline == pytest.approx(np.mean(a[0].y_pred == a[0].y_true))
    assert found.verdict == "better"
    for metric in ("auroc", "auc_ovo"):
        with pytest.raises(DataError, match="152 of the 152 photos of replicate 0 have no unknown score"):
            compare(a, b, metric)


def test_an_undefined_metric_has_no_verdict(caplog) -> None:
    a, b = draw(0, 1, 1.0)
    a, b = ([replace(one, y_true=np.zeros_like(one.y_true)) for one in run] for run in (a, b))
    found = compare(a, b, "auc_ovr", n_resamples=10)
    assert all(map(math.isnan, (found.difference, found.low, found.high, found.p)))
    assert found.verdict == "indistinguishable"
    assert "auc_ovr is undefined on these 152" in caplog.text


def test_the_seed_decides_and_no_global_state_moves() -> None:
    a, b = draw(0, 1, 0.5)
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    assert compare(a, b, "kappa") == compare(a, b, "kappa")
    assert compare(a, b, "kappa").low != compare(a, b, "kappa", seed=1).low
    assert np.array_equal(state, np.random.get_state()[1])  # noqa: NPY002
    wide = compare(a, b, "kappa", confidence=0.99)
    assert wide.high - wide.low > 1.25 * (compare(a, b, "kappa").high - compare(a, b, "kappa").low)


def test_what_cannot_be_compared_is_refused() -> None:
    a, b = draw(0, 2, 0.5)
    renamed = [replace(one, class_names=("a", "b", "c", "d")) for one in b]
    elsewhere = [replace(one, ids=np.array([f"other/{photo}" for photo in one.ids], dtype=object)) for one in b]
    relabelled = [replace(one, y_true=(one.y_true + 1) % 4) for one in b]
    for other, message in (
        (renamed, "different classes"),
        (elsewhere, "share 0 test photos.*'0.jpg' and 'other/0.jpg'"),
        (relabelled, "'0.jpg' is labelled"),
        ([], "at least one replicate"),
    ):
        with pytest.raises(DataError, match=message):
            compare(a, other)
    with pytest.raises(DataError, match="2 and 1 replicates cannot be paired"):
        compare(a, b[:1], paired=True)
    with pytest.raises(DataError, match="top_9_accuracy needs more classes"):
        compare(a, b, "top_9_accuracy")
    with pytest.raises(ConfigError, match=r"'acuracy'\. Did you mean accuracy\?"):
        compare(a, b, "acuracy")
