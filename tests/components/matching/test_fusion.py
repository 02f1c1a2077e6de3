"""The fusion compared with scikit-learn, and cross-fitting without the objects of a pair."""

import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from components.errors import DataError
from components.matching import Fusion, best_f1_threshold, cross_fit, cross_fitting, fit_fusion, similarity


@pytest.fixture
def labelled():
    """Return the scores of 400 pairs, some without metres; whether they show the same object; and the objects."""
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
    names = np.array([f"object {number}" for number in range(60)], dtype=object)
    return measured, same, (names[left], names[right])


def test_fusion_equals_logistic_regression_of_scikit_learn(labelled):
    measured, same, _ = labelled
    model = fit_fusion(["cosine", "local"], measured, same)
    counts = np.log1p(measured["inliers"])
    given = np.column_stack([measured["cosine"], counts, counts**2, measured["inlier_share"]])
    peer = make_pipeline(StandardScaler(), LogisticRegression()).fit(given, same)
    np.testing.assert_allclose(model.probability(measured), peer.predict_proba(given)[:, 1], atol=1e-6)


def test_pairs_without_coordinates_are_scored_by_the_reduced_model(labelled):
    measured, same, _ = labelled
    model = fit_fusion(["cosine", "local", "metres"], measured, same)
    missing = np.isnan(measured["metres"])
    rest = fit_fusion(["cosine", "local"], measured, same)
    found = model.probability(measured)
    np.testing.assert_allclose(found[missing], rest.probability(measured)[missing])
    assert np.abs(found[~missing] - rest.probability(measured)[~missing]).max() > 0.1
    no_metres = measured | {"metres": np.full(400, np.nan)}
    np.testing.assert_allclose(fit_fusion(["cosine", "metres"], no_metres, same).probability(no_metres),
                               fit_fusion(["cosine"], no_metres, same).probability(no_metres))  # fmt: skip
    alone = fit_fusion(["metres"], measured, same)
    assert set(alone.probability(measured)[missing]) == {same.mean()}
    with pytest.raises(DataError, match=r"not of both kinds .*: remove metres from"):
        fit_fusion(["metres"], no_metres, same)


def test_the_threshold_maximises_f1(labelled):
    measured, same, _ = labelled
    probability = fit_fusion(["cosine"], measured, same).probability(measured)
    threshold = best_f1_threshold(probability, same)
    best = max(f1_score(same, probability >= value) for value in probability)
    assert f1_score(same, probability >= threshold) == pytest.approx(best)


def test_no_model_is_fitted_on_the_objects_that_it_scores(labelled, monkeypatch):
    measured, same, objects = labelled
    number = {"pair": np.arange(400.0)}
    seen = []
    before = cross_fitting.fit_fusion

    def spy(use, rows, truth):
        model = before(use, rows, truth)
        seen.append((model, set(rows["pair"].astype(int).tolist())))
        return model

    monkeypatch.setattr(cross_fitting, "fit_fusion", spy)
    probability, decided = cross_fit(["cosine", "local"], measured | number, same, objects, folds=4, seed=0)
    assert np.isfinite(probability).all()
    for pair in range(400):
        own = {name: column[[pair]] for name, column in measured.items()}
        models = [fitted for fitted in seen if np.isclose(fitted[0].probability(own)[0], probability[pair], atol=1e-12)]
        names = {objects[0][pair], objects[1][pair]}
        assert any(
            not names & {objects[side][other] for side in (0, 1) for other in pairs}
            and (probability[pair] >= model.threshold) == decided[pair]
            for model, pairs in models
        )


def test_too_few_objects_raise_errors(labelled):
    measured, same, objects = labelled
    few = same & np.isin(objects[0], objects[0][same][:2])
    with pytest.raises(
        DataError, match=r"The candidate pairs contain \d+ objects? with two photos, fewer than the 5 folds"
    ):
        cross_fit(["cosine"], measured, few, objects, folds=5, seed=0)
    with pytest.raises(DataError, match="0 of 400 candidate pairs show the same object"):
        fit_fusion(["cosine"], measured, np.zeros(400, bool))


def test_a_fusion_is_restored_from_json(labelled):
    measured, same, _ = labelled
    for use in (["cosine"], ["cosine", "local", "metres"]):
        model = fit_fusion(use, measured, same)
        again = Fusion.from_dict(json.loads(json.dumps(model.to_dict())))
        assert again == model


def test_likeness_rises_and_what_is_unknown_is_lowest():
    measured = {
        "metres": np.array([5.0, np.nan, 80.0]), "inliers": np.array([3.0, 3.0, 2.0]),
        "inlier_share": np.array([0.5, 0.7, 1.0]), "differing_bits": np.array([1.0, 9.0, 4.0]),
    }  # fmt: skip
    assert np.argsort(-similarity("metres", measured)).tolist() == [0, 2, 1]
    assert np.argsort(-similarity("local", measured)).tolist() == [1, 0, 2]
    assert np.argsort(-similarity("phash", measured)).tolist() == [0, 2, 1]
