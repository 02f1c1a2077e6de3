"""Candidates that are drawn or listed, their scores, and the calibration on validation photos."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import softmax as scipy_softmax
from scipy.stats import binom

from components.assignment import Choice, ScoredChoices, calibrate, edits, n_way, score_choices, softmax, table
from components.data import Manifest
from components.errors import ConfigError, DataError
from components.metrics import selective_threshold


@pytest.fixture
def manifest(tmp_path):
    n = 24
    columns = {
        "path": [f"{row}.jpg" for row in range(n)],
        "label": [["mural", "fuente"][row % 2] for row in range(n)],
        "object_id": [f"o{row // 2}" for row in range(n)],
        "title_es": [f"título {row // 2}" for row in range(n)],
        "title_en": [f"title {row // 2}" for row in range(n)],
    }
    return Manifest.of(tmp_path, columns)


def test_the_own_text_is_among_others_of_other_objects(manifest):
    for one in n_way(manifest, ways=5, column="title", language="es"):
        assert one.texts[one.right] == f"título {one.row // 2}"
        assert len(set(one.texts)) == 5
        assert one.id == f"{one.row}.jpg among 5"
    places = [one.right for one in n_way(manifest, ways=5, column="title", language="es")]
    assert len(set(places)) == 5


def test_languages_pair_and_the_seed_decides(manifest):
    spanish, english, other = (
        n_way(manifest, column="title", language=language, seed=seed)
        for language, seed in (("es", 0), ("en", 0), ("en", 1))
    )
    for one, two in zip(spanish, english, strict=True):
        assert (one.id, one.right) == (two.id, two.right)
        assert [text.split()[1] for text in one.texts] == [text.split()[1] for text in two.texts]
    assert [one.texts for one in english] != [one.texts for one in other]
    again = n_way(manifest.take(np.arange(24)[::-1]), column="title", language="en")
    assert {one.id: one.right for one in again} == {one.id: one.right for one in english}


def test_distractors_of_a_kind(manifest):
    label = {f"título {row // 2}": set() for row in range(24)}
    alone = manifest.replace(object_id=manifest.path, extra={"title_es": manifest.path})
    for relation in ("same_label", "other_label"):
        for one in n_way(alone, ways=4, column="title", language="es", distractors=relation, where={"label": "mural"}):
            assert manifest.label[one.row] == "mural"
            kinds = {int(text.split(".")[0]) % 2 for index, text in enumerate(one.texts) if index != one.right}
            assert kinds == {0 if relation == "same_label" else 1}
    assert len(label) == 12


def test_edits_are_good_or_bad(manifest):
    found = edits(manifest, language="es", good=0.5)
    assert {one.right for one in found} == {0, 1}
    assert all(one.old == 0 and len(one.texts) == 2 for one in found)
    assert all(one.texts[one.right] == f"título {one.row // 2}" for one in found)
    assert {one.right for one in edits(manifest, language="es", good=1)} == {1}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda m: n_way(m, ways=13, column="title", language="es"), "0.jpg has only 11 different texts"),
        (lambda m: n_way(m, language="fr"), r"assignment\.language.*'description_fr'"),
        (lambda m: n_way(m), "no photo that matches"),
        (lambda m: n_way(m, ways=1), "at least 2"),
        (lambda m: n_way(m, distractors="none"), "one of any, same_label, other_label"),
        (lambda m: edits(m, language="es", good=2), "share of good edits, 0 to 1"),
    ],
)
def test_choices_that_cannot_be_made(manifest, make, message):
    with pytest.raises(ConfigError, match=message):
        make(manifest)


def test_candidates_of_a_table(manifest, tmp_path):
    file = tmp_path / "candidates.csv"
    file.write_text("photo,text,right,old\n3.jpg,ñ uno,0,1\n3.jpg,dos,1,0\n5.jpg,tres,,\n5.jpg,cuatro,,\n", "utf-8")
    first, second = table(manifest, file=str(file))
    assert first == Choice("3.jpg", 3, ("ñ uno", "dos"), right=1, old=0)
    assert second == Choice("5.jpg", 5, ("tres", "cuatro"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("photo\n3.jpg\n", "lacks the columns text"),
        ("photo,text\n3.jpg,a\n", "line 2: 3.jpg has only one candidate"),
        ("photo,text\n3.jpg,a\n3.jpg, \n", "line 3: the text is empty"),
        ("photo,text\n99.jpg,a\n99.jpg,b\n", "line 2: there is no photo '99.jpg'"),
        ("photo,text,right\n3.jpg,a,1\n3.jpg,b,1\n", "line 2: 3.jpg has 2 texts marked right"),
        ("photo,text,right\n3.jpg,a,1\n3.jpg,b,maybe\n", "line 3: right is 'maybe'"),
        ("", "cannot be read"),
    ],
)
def test_tables_that_do_not_fit(manifest, tmp_path, content, message):
    (tmp_path / "c.csv").write_text(content)
    with pytest.raises(DataError, match=message):
        table(manifest, file=str(tmp_path / "c.csv"))


def made(n=300, skill=0.2, seed=0, ways=4):
    generator = np.random.default_rng(seed)
    cosines = generator.normal(0, 0.1, (n, ways))
    right = generator.integers(ways, size=n)
    cosines[np.arange(n), right] += skill
    cosines[::3, -1] = np.nan
    right[::3] = np.where(right[::3] == ways - 1, 0, right[::3])
    texts = tuple("abcdefgh"[:ways])
    return ScoredChoices(
        [Choice(str(i), i, texts[: ways - (i % 3 == 0)], right=int(r)) for i, r in enumerate(right)], cosines
    )


def test_scores_are_cosines_padded():
    photos = np.eye(3, dtype=np.float32)[:2]
    texts = {
        "a": np.eye(3, dtype=np.float32)[0],
        "b": np.eye(3, dtype=np.float32)[1],
        "c": -np.eye(3, dtype=np.float32)[0],
    }
    found = score_choices(
        [Choice("p", 0, ("b", "a", "c"), right=1), Choice("q", 1, ("a", "b"), right=0)], photos, texts
    )
    np.testing.assert_array_equal(found.cosines, [[0, 1, -1], [0, 1, np.nan]])
    assert found.best.tolist() == [1, 1]
    assert found.margin.tolist() == [1, 1]
    assert found.right.tolist() == [True, False]
    assert found.items().metrics["mrr"].tolist() == [1, 0.5]
    assert found.decided(2.0).tolist() == [-1, -1]


def test_ties_are_not_right():
    one = ScoredChoices([Choice("p", 0, ("a", "b"), right=0)], np.array([[0.5, 0.5]]))
    assert one.items().metrics["accuracy"].tolist() == [0]


def test_the_temperature_is_the_best_of_a_grid():
    calibration = calibrate(made(), 0.1)
    cosines, truth = made().cosines, made().truth
    grid = np.geomspace(0.01, 1, 400)
    losses = []
    for temperature in grid:
        likely = scipy_softmax(np.where(np.isnan(cosines), -1e9, cosines / temperature), axis=1)
        np.testing.assert_allclose(likely, softmax(cosines, temperature), atol=1e-12)
        losses.append(-np.log(likely[np.arange(len(truth)), truth]).mean())
    assert calibration.temperature == pytest.approx(grid[np.argmin(losses)], rel=0.03)


def upper_bound(errors, n, confidence):
    """Clopper-Pearson by definition: the error rate with which so few errors have a probability of 1 - confidence."""
    return brentq(lambda rate: binom.cdf(errors, n, rate) - (1 - confidence), 1e-9, 1 - 1e-9)


def test_the_threshold_is_the_lowest_margin_whose_error_bound_keeps_the_rate():
    scored = made()
    calibration = calibrate(scored, 0.1, confidence=0.8)

    def bound(threshold):
        taken = scored.margin >= threshold
        return upper_bound(int((~scored.right[taken]).sum()), int(taken.sum()), 0.8)

    assert bound(calibration.threshold) <= 0.1
    lower = np.sort(scored.margin[scored.margin < calibration.threshold])[::-1]
    assert bound(lower[0]) > 0.1
    assert (calibration.max_error_rate, calibration.n) == (0.1, 300)
    assert calibration.threshold == selective_threshold(scored.margin, ~scored.right, 0.1, 0.8)


def test_the_error_rate_is_kept_on_new_photos_in_nine_of_ten_cases():
    """The guarantee of `max_error_rate`, over 200 validation sets."""
    new = made(20_000, seed=10_000)
    kept = []
    for seed in range(200):
        taken = new.margin >= calibrate(made(100, seed=seed), 0.1).threshold
        kept.append(not taken.any() or (~new.right[taken]).mean() <= 0.1)
    assert np.mean(kept) >= 0.9


def test_five_percent_need_forty_five_correct_choices():
    for n, expected in ((44, math.inf), (45, 0.0)):
        right = ScoredChoices([Choice(str(i), i, ("a", "b"), right=0) for i in range(n)], np.tile([0.4, 0.1], (n, 1)))
        assert calibrate(right, 0.05).threshold == expected


def test_with_an_error_rate_of_one_only_the_temperature_is_fitted():
    every = calibrate(made(), 1.0)
    assert every.threshold == 0
    assert every.temperature == calibrate(made(), 0.1).temperature
    with pytest.raises(ConfigError, match="max_error_rate=2"):
        calibrate(made(), 2)


def test_no_margin_may_keep_the_error_rate():
    wrong = ScoredChoices(
        [Choice(str(i), i, ("a", "b"), right=1, old=0) for i in range(9)], np.tile([0.4, 0.1], (9, 1))
    )
    calibration = calibrate(wrong, 0.05)
    assert calibration.threshold == math.inf
    assert wrong.decided(calibration.threshold).tolist() == [0] * 9
    with pytest.raises(DataError, match="validation"):
        calibrate(wrong.take(np.array([], dtype=np.int64)), 0.05)


def test_a_choice_needs_two_candidates():
    with pytest.raises(ValueError, match="expected at least 2 candidates, got 1"):
        Choice("a", 0, ("one",))
    with pytest.raises(ValueError, match="right=2, expected 0 to 1"):
        Choice("a", 0, ("one", "two"), right=2)
