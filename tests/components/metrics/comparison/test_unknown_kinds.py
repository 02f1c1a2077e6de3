"""Verdicts on unknown photos of known kinds and of new ones: on these photos, paired, and refused where they must."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as sk

from components.errors import ConfigError, DataError
from components.metrics import compare, open_set_metrics, verdict_table
from components.results import UNKNOWN


def marked(one, turn, turns=2):
    """Every photo of the rest is of a kind by its place; the kind `turn` is new."""
    return replace(one, new_unknown=(one.y_true == UNKNOWN) & (np.arange(len(one)) % turns == turn))


@pytest.fixture
def runs(make_open):
    """Two runs of four replicates each, that hold out two kinds by turns; the second ranks better."""
    return [
        [marked(make_open(n=400, seed=10 * number + seed, skill=skill), seed % 2) for seed in range(4)]
        for number, skill in enumerate((1.0, 3.0))
    ]


def slow_auroc(one, kind):
    unknown = one.new_unknown if kind == "new" else (one.y_true == UNKNOWN) & ~one.new_unknown
    rows = unknown | (one.y_true != UNKNOWN)
    return sk.roc_auc_score(one.y_true[rows] == UNKNOWN, one.unknown_score[rows])


@pytest.mark.parametrize("kind", ["new", "known"])
def test_the_difference_is_that_of_scikit_learn_on_the_photos_of_the_kind(runs, kind):
    found = compare(*runs, f"auroc_{kind}_unknowns", n_resamples=200)
    before, after = (np.mean([slow_auroc(one, kind) for one in run]) for run in runs)
    assert (found.baseline, found.value) == pytest.approx((before, after))
    assert found.verdict == "better"
    assert found.paired  # replicate by replicate: other kinds are new in another
    assert found.n == 400  # over both turns every photo of the rest is of the kind once
    alone = compare(*([one] for one in (runs[0][0], runs[1][0])), f"auroc_{kind}_unknowns", n_resamples=20)
    assert alone.n < 400


def test_one_model_each_is_compared_as_on_these_photos_alone(runs):
    """The interval is that of a comparison of the same models that never saw the other kind."""
    a, b = runs[0][0], runs[1][0]
    kept = a.new_unknown | (a.y_true != UNKNOWN)
    found = compare([a], [b], "fpr95_known_new_unknowns", n_resamples=2000)
    expected = compare([a.take(kept)], [b.take(kept)], "fpr95_known", n_resamples=2000)
    assert (found.difference, found.n) == (pytest.approx(expected.difference), expected.n)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=0.02)


def test_every_metric_of_a_kind_has_a_verdict(runs):
    names = [name for name in open_set_metrics(runs[0], n_resamples=2) if name.endswith("_unknowns")]
    assert len(names) == 14
    table = verdict_table({"a": runs[0], "b": runs[1]}, "a", [*names, "auroc"], n_resamples=20)
    assert table["metric"].tolist() == [*names, "auroc"]
    assert table["difference"].notna().all()


def test_what_cannot_be_compared_is_refused(runs):
    a, b = runs
    with pytest.raises(DataError, match="second run does not record which unknown photos are of new kinds"):
        compare(a, [replace(one, new_unknown=None) for one in b], "auroc_new_unknowns")
    none_new = [replace(one, new_unknown=np.zeros(len(one), dtype=bool)) for one in b]
    with pytest.raises(DataError, match="auroc_new_unknowns: the second run was tested on no such photos"):
        compare(a, none_new, "auroc_new_unknowns")
    with pytest.raises(DataError, match="replicate 0 of the two runs held out other kinds"):
        compare(a, b[::-1], "auroc_new_unknowns")
    with pytest.raises(ConfigError, match="Did you mean auroc_new_unknowns"):
        compare(a, b, "auroc_new_unknown")
    assert compare(a, b[::-1], "auroc").verdict == "better"
