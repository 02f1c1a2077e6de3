"""Probes give scikit-learn's solutions, for one problem and for many at once."""

import copy

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from scipy.special import log_softmax, logsumexp, softmax
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression as SklearnLogisticRegression
from sklearn.linear_model import LogisticRegressionCV, RidgeClassifierCV
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid

from components.errors import ConfigError, DataError
from components.probes import (
    KNearest,
    LinearDiscriminant,
    LogisticRegression,
    NearestMean,
    ProbeData,
    Ridge,
    ScikitLearn,
)

PROBES = [LogisticRegression(C=(0.1, 10)), NearestMean(), KNearest(), LinearDiscriminant(), Ridge()]
PROBES += [ScikitLearn(SklearnLogisticRegression(max_iter=1000))]


def features_of(classes, n, dimensions, seed=0):
    generator = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(classes), np.arange(classes), generator.integers(0, classes, n - 2 * classes)])
    features = generator.normal(3, np.exp(-np.arange(dimensions) / dimensions * 3), (n, dimensions))
    features[:, :classes] += 1.2 * np.eye(classes)[labels]
    return features, labels


def problem(features, labels, weights=None, groups=None, seeds=(0,)):
    n = len(labels)
    weights = np.ones((len(seeds), n)) if weights is None else np.atleast_2d(weights)
    return ProbeData(
        torch.from_numpy(features),
        torch.eye(labels.max() + 1, dtype=torch.float64)[labels],
        torch.from_numpy(weights).double(),
        np.arange(n) if groups is None else groups,
        list(seeds),
    )


def fitted(probe, data):
    return probe.fit(data, lambda _: None)


def probabilities(network, features):
    with torch.no_grad():
        return copy.deepcopy(network).double()(torch.from_numpy(features)).softmax(dim=1).numpy()


@pytest.mark.parametrize(("classes", "n", "dimensions"), [(2, 80, 30), (3, 60, 100), (5, 200, 20)])
@pytest.mark.parametrize("C", [0.01, 1, 100])
def test_logistic_regression_has_sklearns_probabilities(classes, n, dimensions, C):
    features, labels = features_of(classes, n, dimensions)
    weights = np.random.default_rng(1).uniform(0.2, 3, n)
    (network,) = fitted(LogisticRegression(C=C), problem(features, labels, weights))
    theirs = SklearnLogisticRegression(C=C, tol=1e-9, max_iter=20_000).fit(features, labels, weights)
    assert probabilities(network, features) == pytest.approx(theirs.predict_proba(features), abs=1e-4)


def test_the_penalty_is_the_one_that_sklearns_cross_validation_chooses():
    features, labels = features_of(3, 90, 40)
    groups = np.repeat(np.arange(45), 2)
    grid = (1e-3, 1e-2, 0.1, 1, 10)
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=7).split(features, labels, groups)
    theirs = LogisticRegressionCV(
        Cs=list(grid), cv=list(folds), scoring="neg_log_loss", tol=1e-9, max_iter=20_000,
        l1_ratios=(0,), use_legacy_attributes=False,
    ).fit(features, labels)  # fmt: skip
    (network,) = fitted(LogisticRegression(C=grid), problem(features, labels, groups=groups, seeds=[7]))
    assert probabilities(network, features) == pytest.approx(theirs.predict_proba(features), abs=1e-4)


def test_targets_may_be_distributions():
    features, labels = features_of(3, 30, 4)
    data = problem(features, labels)
    soft = torch.full_like(data.targets, 1 / 3)
    soft[:20] = data.targets[:20]
    data = ProbeData(data.features, soft, data.weights, data.groups, data.seeds)
    (network,) = fitted(LogisticRegression(C=1), data)

    def loss(parameters):
        matrix = parameters.reshape(5, 3)
        logits = features @ matrix[:-1] + matrix[-1]
        return -(soft.numpy() * log_softmax(logits, axis=1)).sum() + 0.5 * (matrix[:-1] ** 2).sum()

    best = minimize(loss, np.zeros(15), method="BFGS", options={"gtol": 1e-7}).x.reshape(5, 3)
    assert probabilities(network, features) == pytest.approx(softmax(features @ best[:-1] + best[-1], axis=1), abs=1e-4)


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: type(probe).__name__)
def test_many_problems_at_once_are_the_problems_one_by_one(probe):
    features, labels = features_of(4, 80, 12)
    weights = np.random.default_rng(2).random((3, 80)) < 0.8
    together = fitted(probe, problem(features, labels, weights, seeds=[0, 1, 2]))
    for index, network in enumerate(together):
        (alone,) = fitted(probe, problem(features, labels, weights[index], seeds=[index]))
        rows = weights[index]
        own = problem(features[rows], labels[rows], seeds=[index])
        (of_own,) = fitted(probe, own)
        expected = probabilities(network, features)
        assert probabilities(alone, features) == pytest.approx(expected, abs=1e-4)
        assert probabilities(of_own, features) == pytest.approx(expected, abs=1e-4)


def test_nearest_means_are_sklearns():
    features, labels = features_of(4, 80, 12)
    (network,) = fitted(NearestMean(), problem(features, labels))
    new = features_of(4, 200, 12, seed=1)[0]
    theirs = NearestCentroid().fit(features, labels)
    assert (probabilities(network, new).argmax(axis=1) == theirs.predict(new)).all()
    logits = network(torch.from_numpy(new).float()).detach().numpy()
    differences = logits[:, 1:] - logits[:, :1]
    squares = ((new[:, None] - theirs.centroids_) ** 2).sum(axis=2)
    expected = squares[:, :1] - squares[:, 1:]
    factor = (differences * expected).sum() / (expected**2).sum()
    assert differences == pytest.approx(factor * expected, abs=1e-4 * float(np.abs(differences).max()))


def test_the_scale_of_the_probabilities_fits_photos_that_were_held_out():
    features, labels = features_of(3, 600, 8)
    (network,) = fitted(NearestMean(), problem(features, labels))
    new, truth = features_of(3, 4000, 8, seed=1)
    logits = network(torch.from_numpy(new).float()).detach().double().numpy()
    losses = [(logsumexp(s * logits, axis=1) - s * logits[np.arange(4000), truth]).mean() for s in (0.5, 1, 2)]
    assert losses[1] == min(losses)


@pytest.mark.parametrize("k", [1, 5])
def test_neighbours_are_sklearns(k):
    features, labels = features_of(3, 60, 6)
    (network,) = fitted(KNearest(n_neighbors=k), problem(features, labels))
    new = features_of(3, 100, 6, seed=1)[0]
    votes = KNeighborsClassifier(k).fit(features, labels).predict_proba(new) * k
    assert probabilities(network, new) == pytest.approx((votes + 1 / 3) / (k + 1), abs=1e-6)
    again = type(network).of_state(network.state_dict())
    assert (again(torch.from_numpy(new).float()) == network(torch.from_numpy(new).float())).all()
    only_two = network.first_outputs(2)(torch.from_numpy(new).float()).shape
    assert only_two == (100, 2)


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("shrinkage", ["auto", 0.3])
def test_discriminants_are_sklearns(classes, shrinkage):
    features, labels = features_of(classes, 60, 40)
    (network,) = fitted(LinearDiscriminant(shrinkage=shrinkage), problem(features, labels))
    theirs = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage).fit(features, labels)
    assert probabilities(network, features) == pytest.approx(theirs.predict_proba(features), abs=1e-4)


def test_ridge_decides_as_sklearns_classifier():
    features, labels = features_of(4, 80, 30)
    grid = (0.01, 0.1, 1, 10, 100)
    (network,) = fitted(Ridge(alphas=grid), problem(features, labels))
    new = features_of(4, 100, 30, seed=1)[0]
    theirs = RidgeClassifierCV(alphas=grid).fit(features, labels).decision_function(new)
    logits = network(torch.from_numpy(new).float()).detach().numpy()
    scale = (logits[:, 1] - logits[:, 0]) / (theirs[:, 1] - theirs[:, 0])
    assert logits == pytest.approx(scale.mean() * theirs, abs=1e-3)


@pytest.mark.parametrize("classes", [2, 3])
def test_an_estimator_of_scikit_learn_is_taken_as_it_is(classes):
    features, labels = features_of(classes, 60, 10)
    estimator = SklearnLogisticRegression(C=3, max_iter=1000)
    (network,) = fitted(ScikitLearn(estimator), problem(features, labels))
    theirs = estimator.fit(features, labels).predict_proba(features)
    assert probabilities(network, features) == pytest.approx(theirs, abs=1e-4)
    with pytest.raises(ConfigError, match="KNeighborsWithWeights: expected a linear classifier"):
        fitted(ScikitLearn(KNeighborsWithWeights()), problem(features, labels))


class KNeighborsWithWeights(KNeighborsClassifier):
    def fit(self, features, labels, weights):
        return super().fit(features, labels)


def test_each_row_is_held_out_once_and_groups_stay_together():
    features, labels = features_of(3, 60, 4)
    groups = np.arange(60) // 3
    weights = np.ones((2, 60))
    weights[1, 30:] = 0
    held_out = problem(features, labels, weights, groups, seeds=[0, 1]).held_out(5).numpy()
    assert (held_out.sum(axis=1) == (weights > 0)).all()
    for of_problem in held_out:
        for fold in of_problem:
            assert not {*groups[fold]} & {*groups[of_problem.any(axis=0) & ~fold]}


def test_a_class_that_is_missing_in_a_fold_is_no_obstacle():
    features, labels = features_of(3, 40, 4)
    weights = np.ones(40)
    weights[np.flatnonzero(labels == 2)[1:]] = 0
    for probe in PROBES:
        (network,) = fitted(probe, problem(features, labels, weights))
        assert np.isfinite(probabilities(network, features)).all()


@pytest.mark.parametrize("each", [1, 2, 3])
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: type(probe).__name__)
def test_a_few_photos_of_each_class_are_enough(probe, each):
    labels = np.repeat(np.arange(3), each)
    features = 4 * np.eye(6)[labels] + np.random.default_rng(0).normal(0, 0.1, (len(labels), 6))
    if each == 1 and isinstance(probe, LinearDiscriminant):
        with pytest.raises(DataError, match="more training photos than classes"):
            fitted(probe, problem(features, labels))
        return
    (network,) = fitted(probe, problem(features, labels))
    found = probabilities(network, features)
    assert np.isfinite(found).all()
    if not isinstance(probe, KNearest):  # whose five neighbours are of all classes
        assert (found.argmax(axis=1) == labels).all()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: LogisticRegression(C=0), "training.C=0"),
        (lambda: LogisticRegression(C=[]), "training.C"),
        (lambda: LogisticRegression(folds=1), "training.folds=1"),
        (lambda: KNearest(n_neighbors=0), "training.n_neighbors=0"),
        (lambda: LinearDiscriminant(shrinkage=2), "training.shrinkage=2"),
        (lambda: Ridge(alphas=[-1]), "training.alphas"),
        (lambda: NearestMean(folds=0), "training.folds=0"),
    ],
)
def test_settings_out_of_range_are_refused(make, said):
    with pytest.raises(ConfigError, match=said):
        make()
