"""The fusion against scikit-learn, and what it may never see."""

import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from components.errors import DataError
from components.matching import Fusion, best_f1_threshold, cross_fitted, fit, fusion, likeness


@pytest.fixture
def labelled():
    """Evidence of 400 pairs, a quarter of one object, with metres missing in some; and their objects."""
    generator = np.random.default_rng(0)
    same = np.arange(400) % 4 == 0
    measured = {
        "cosine": np.where(same, 0.8, 0.6) + generator.normal(0, 0.1, 400),
        "inliers": generator.poisson(np.where(same, 20, 6)).astype(float),
        "inlier_share": generator.uniform(0.2, 1, 400),
        "metres": np.where(same, 10, 200) * generator.lognormal(0, 1, 400),
    }
    measured["metres"][::7] = np.nan
    left = generator.integers(0, 60, 400)
    right = np.where(same, left, (left + generator.integers(1, 60, 400)) % 60)
    names = np.array([f"object {one}" for one in range(60)], dtype=object)
    return measured, same, (names[left], names[right])


def test_it_is_scikit_learns_logistic_regression(labelled):
    measured, same, _ = labelled
    model = fit(["cosine", "local"], measured, same)
    counts = np.log1p(measured["inliers"])
    given = np.column_stack([measured["cosine"], counts, counts**2, measured["inlier_share"]])
    peer = make_pipeline(StandardScaler(), LogisticRegression()).fit(given, same)
    np.testing.assert_allclose(model.probability(measured), peer.predict_proba(given)[:, 1], atol=1e-6)


def test_pairs_without_coordinates_are_judged_by_the_rest(labelled):
    measured, same, _ = labelled
    model = fit(["cosine", "local", "metres"], measured, same)
    missing = np.isnan(measured["metres"])
    rest = fit(["cosine", "local"], measured, same)
    found = model.probability(measured)
    np.testing.assert_allclose(found[missing], rest.probability(measured)[missing])
    assert np.abs(found[~missing] - rest.probability(measured)[~missing]).max() > 0.1
    nobody = measured | {"metres": np.full(400, np.nan)}
    np.testing.assert_allclose(fit(["cosine", "metres"], nobody, same).probability(nobody),
                               fit(["cosine"], nobody, same).probability(nobody))  # fmt: skip
    alone = fit(["metres"], measured, same)
    assert set(alone.probability(measured)[missing]) == {same.mean()}
    with pytest.raises(DataError, match="the pairs have no metres"):
        fit(["metres"], nobody, same)


def test_the_threshold_is_that_of_the_best_f1(labelled):
    measured, same, _ = labelled
    probability = fit(["cosine"], measured, same).probability(measured)
    threshold = best_f1_threshold(probability, same)
    best = max(f1_score(same, probability >= one) for one in probability)
    assert f1_score(same, probability >= threshold) == pytest.approx(best)


def test_no_model_sees_the_objects_that_it_judges(labelled, monkeypatch):
    measured, same, objects = labelled
    number = {"pair": np.arange(400.0)}
    seen = []
    before = fusion.fit

    def spy(use, rows, truth):
        model = before(use, rows, truth)
        seen.append((model, set(rows["pair"].astype(int).tolist())))
        return model

    monkeypatch.setattr(fusion, "fit", spy)
    probability, decided = cross_fitted(["cosine", "local"], measured | number, same, objects, folds=4, seed=0)
    assert np.isfinite(probability).all()
    for pair in range(400):
        own = {name: column[[pair]] for name, column in measured.items()}
        models = [one for one in seen if np.isclose(one[0].probability(own)[0], probability[pair], atol=1e-12)]
        names = {objects[0][pair], objects[1][pair]}
        assert any(
            not names & {objects[side][one] for side in (0, 1) for one in pairs}
            and (probability[pair] >= model.threshold) == decided[pair]
            for model, pairs in models
        )


def test_too_few_objects_are_said(labelled):
    measured, same, objects = labelled
    few = same & np.isin(objects[0], objects[0][same][:2])
    with pytest.raises(DataError, match="fewer than the 5 groups"):
        cross_fitted(["cosine"], measured, few, objects, folds=5, seed=0)
    with pytest.raises(DataError, match="0 of 400 candidate pairs are of one object"):
        fit(["cosine"], measured, np.zeros(400, bool))


def test_json_gives_the_same_matcher_back(labelled):
    measured, same, _ = labelled
    for use in (["cosine"], ["cosine", "local", "metres"]):
        model = fit(use, measured, same)
        again = Fusion.from_dict(json.loads(json.dumps(model.to_dict())))
        assert again == model


def test_likeness_rises_and_what_is_unknown_is_lowest():
    measured = {
        "metres": np.array([5.0, np.nan, 80.0]), "inliers": np.array([3.0, 3.0, 2.0]),
        "inlier_share": np.array([0.5, 0.7, 1.0]), "differing_bits": np.array([1.0, 9.0, 4.0]),
    }  # fmt: skip
    assert np.argsort(-likeness("metres", measured)).tolist() == [0, 2, 1]
    assert np.argsort(-likeness("local", measured)).tolist() == [1, 0, 2]
    assert np.argsort(-likeness("phash", measured)).tolist() == [0, 2, 1]
